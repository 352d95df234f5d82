//! The book and its file or server, its audit log and its checks.

/// English and Spanish.
pub(super) const ROWS: &[(&str, &str)] = &[
    (
        "entry {} is none of this log: it is numbered from 1",
        "la entrada {} no es de esta bitácora: se numera desde 1",
    ),
    (
        "after entry {} comes entry {}: entries are missing",
        "después de la entrada {} viene la {}: faltan entradas",
    ),
    ("entry {} is not as it was written", "la entrada {} no está como se escribió"),
    ("entry {} is not as its erasure left it", "la entrada {} no está como la dejó su borrado"),
    (
        "entry {} was emptied by entry {}, which is no erasure",
        "la entrada {} la vació la entrada {}, que no es un borrado",
    ),
    ("entry {} emptied {} entries, but {} are empty", "la entrada {} vació {} entradas, pero hay {} vacías"),
    (
        "entry {} was emptied by entry {}, but the log ends at entry {}",
        "la entrada {} la vació la entrada {}, pero la bitácora termina en la {}",
    ),
    (
        "the log ends at entry {}, but knows nothing of {} {} or its last change",
        "la bitácora termina en la entrada {}, pero no sabe nada de {} {} o de su último cambio",
    ),
    (
        "the log ends at entry {}, but its head can't be read",
        "la bitácora termina en la entrada {}, pero su cabeza no se puede leer",
    ),
    (
        "the log ends at entry {}, but its head is gone",
        "la bitácora termina en la entrada {}, pero su cabeza no está",
    ),
    (
        "the log ends at entry {}, but its head is at entry {}",
        "la bitácora termina en la entrada {}, pero su cabeza está en la {}",
    ),
    ("the log's head is not that of entry {}", "la cabeza de la bitácora no es la de la entrada {}"),
    (
        "its head was not signed as this program does: what came behind may have been cut off",
        "su cabeza no se firmó como lo hace este programa: pudo cortarse lo que seguía",
    ),
    ("the log ends at entry {}, but {t}", "la bitácora termina en la entrada {}, pero {}"),
    (
        "{} lies there: a book of that name is in use, or was lost",
        "{} está ahí: una agenda de ese nombre está en uso, o se perdió",
    ),
    (
        "move it away, or put the book back that it belongs to",
        "muévalo a otro lugar, o devuelva la agenda a la que pertenece",
    ),
    ("{} is no backup; it was left as it is", "{} no es un respaldo; se dejó como está"),
    (
        "{} was changed since it was made as a backup; it was left as it is",
        "{} se modificó después de hacerse como respaldo; se dejó como está",
    ),
    ("it is a book of its own now: name another file", "ya es una agenda aparte: indique otro archivo"),
    ("the backup is not what was read", "el respaldo no es lo que se leyó"),
    ("there is no backup at {}; nothing was changed", "no hay un respaldo en {}; no se cambió nada"),
    ("name the file that the book comes back from", "indique el archivo del que vuelve la agenda"),
    ("appointment {} overlaps {} of the same doctor", "la cita {} se traslapa con {} del mismo doctor"),
    ("appointment {} has the same token as {}", "la cita {} tiene el mismo turno que {}"),
    (
        "appointment {}'s window holds {} beyond its capacity on that date",
        "el horario de la cita {} tiene {} más que su cupo ese día",
    ),
    ("appointment {} lacks {} of its reminders", "a la cita {} le faltan {} de sus recordatorios"),
    (
        "appointment {} is over, but message {} is still pending",
        "la cita {} ya terminó, pero el mensaje {} sigue pendiente",
    ),
    (
        "appointment {} was moved, but reminder {} of its old time is still pending",
        "la cita {} se movió, pero el recordatorio {} de su hora anterior sigue pendiente",
    ),
    (
        "delivery {} is still pending, but endpoint {} takes none any more",
        "la entrega {} sigue pendiente, pero el destino {} ya no recibe",
    ),
    (
        "delivery {} counts as delivered, but the endpoint answered {}",
        "la entrega {} cuenta como entregada, pero el destino respondió {}",
    ),
    (
        "appointment {} is still that of patient {}, who was merged into another",
        "la cita {} sigue siendo del paciente {}, que se unió a otro",
    ),
    (
        "the patient of appointment {} was erased, but message {} is still pending",
        "el paciente de la cita {} fue borrado, pero el mensaje {} sigue pendiente",
    ),
    (
        "entry {} of the waiting list holds a time that appointment {} takes up",
        "la entrada {} de la lista de espera aparta una hora que ocupa la cita {}",
    ),
    (
        "the log tells of endpoint {}, which is not in the book",
        "la bitácora habla del destino {}, que no está en la agenda",
    ),
    (
        "the log tells of access key {}, which is not in the book",
        "la bitácora habla de la clave de acceso {}, que no está en la agenda",
    ),
    (
        "the log tells of {} on the waiting list, which is not in the book",
        "la bitácora habla de {} en la lista de espera, que no está en la agenda",
    ),
    (
        "the copy's {} are not what was read ({} rows sent, {} arrived)",
        "en la copia, {} no son lo que se leyó ({} filas enviadas, {} llegaron)",
    ),
    ("rows of {} break a rule of every book: {}", "hay filas de {} que rompen una regla de toda agenda: {}"),
    ("{} is there already", "{} ya existe"),
    (
        "name another file, or replace an earlier backup with --force",
        "indique otro archivo, o reemplace un respaldo anterior con --force",
    ),
    (
        "{} can't be synced ({}); the file is in its place, but a power cut may undo that",
        "{} no se puede sincronizar ({}); el archivo está en su lugar, pero un corte de luz puede deshacerlo",
    ),
    ("the audit log does not tell of it: {t}", "la bitácora no lo cuenta: {}"),
    ("{} leads to {}, whose folder is not there", "{} lleva a {}, cuya carpeta no está"),
    (
        "put its disk back, make the folder, or name another file",
        "conecte su disco, cree la carpeta, o indique otro archivo",
    ),
    ("the disk is full", "el disco está lleno"),
    ("make room, then try again", "haga espacio, luego intente otra vez"),
    ("files may not grow any larger here", "aquí los archivos no pueden crecer más"),
    ("raise the limit (`ulimit -f`), then try again", "suba el límite (`ulimit -f`), luego intente otra vez"),
    ("the disk is read-only", "el disco es de solo lectura"),
    (
        "make it writable, or name a file on another disk",
        "permita escribir en él, o indique un archivo en otro disco",
    ),
    ("there is no permission", "no hay permiso"),
    (
        "check the permissions of the file and of its directory",
        "revise los permisos del archivo y de su carpeta",
    ),
    ("it or its directory is not there", "no existe, o su carpeta no existe"),
    ("check the path", "revise la ruta"),
    ("it is a directory", "es una carpeta"),
    ("name a file", "indique un archivo"),
    ("a part of its path is no directory", "una parte de su ruta no es una carpeta"),
    ("too many files are open", "hay demasiados archivos abiertos"),
    (
        "raise the limit (`ulimit -n`), or close other programs",
        "suba el límite (`ulimit -n`), o cierre otros programas",
    ),
    ("{} can't be used: {t}; nothing was changed", "{} no se puede usar: {}; no se cambió nada"),
    ("there are no books behind {}://", "no hay agendas detrás de {}://"),
    (
        "give a path such as ~/clinic/turno.db, or postgres://USER@HOST/DATABASE",
        "indique una ruta como ~/clinica/turno.db, o postgres://USUARIO@SERVIDOR/BASE",
    ),
    ("a server's address begins with postgres://", "la dirección de un servidor empieza con postgres://"),
    (
        "it looks like postgres://USER@HOST:5432/DATABASE?sslmode=require",
        "es así: postgres://USUARIO@SERVIDOR:5432/BASE?sslmode=require",
    ),
    ("this turno was built without PostgreSQL", "este turno se compiló sin PostgreSQL"),
    (
        "build it with `--features postgres`, or give the path of a file",
        "compílelo con `--features postgres`, o indique la ruta de un archivo",
    ),
    ("what was changed before that is saved", "lo que se cambió antes está guardado"),
    (
        "the server was lost while the change was being saved ({})",
        "se perdió el servidor mientras se guardaba el cambio ({})",
    ),
    (
        "the book is older than this program (schema {}, known up to {})",
        "la agenda es más antigua que este programa (esquema {}, se conoce hasta {})",
    ),
    ("any other command brings it up to date", "cualquier otro comando la pone al día"),
    (
        "the book is newer than this program (schema {}, known up to {}); it was left as it is",
        "la agenda es más nueva que este programa (esquema {}, se conoce hasta {}); se dejó como está",
    ),
    (
        "the book was made by a development version before the first release (schema {}); it was left as it is",
        "la agenda la hizo una versión de desarrollo anterior a la primera publicación (esquema {}); se dejó como está",
    ),
    (
        "make a new book with `turno init`, in another file or database; the version that made this one still reads it",
        "cree una agenda nueva con `turno init`, en otro archivo o base de datos; la versión que hizo esta todavía la lee",
    ),
    ("install the newer turno", "instale el turno más nuevo"),
    ("check the address, and that the server runs", "revise la dirección, y que el servidor esté en marcha"),
    ("{} keeps its texts in {}, not in UTF8", "{} guarda sus textos en {}, no en UTF8"),
    (
        "make a database that can hold every name: `createdb --encoding UTF8 --template template0 NAME`",
        "cree una base de datos que admita todo nombre: `createdb --encoding UTF8 --template template0 NOMBRE`",
    ),
    ("{} has no schema that its search_path names", "{} no tiene un esquema que su search_path nombre"),
    (
        "make it with `CREATE SCHEMA`, or let the search path name another",
        "créelo con `CREATE SCHEMA`, o haga que search_path nombre otro",
    ),
    (
        "the server at {} is too old: PostgreSQL {}; nothing was changed",
        "el servidor en {} es demasiado antiguo: PostgreSQL {}; no se cambió nada",
    ),
    ("turno needs PostgreSQL {} or newer", "turno necesita PostgreSQL {} o más nuevo"),
    ("no connection can be made here: {}", "aquí no se puede hacer una conexión: {}"),
    ("the server at {} does not answer within {} s", "el servidor en {} no responde en {} s"),
    (
        "check the address and the network, or give it longer with ?connect_timeout=SECONDS",
        "revise la dirección y la red, o dele más tiempo con ?connect_timeout=SEGUNDOS",
    ),
    ("the store answers: {}", "el almacén responde: {}"),
    ("no PostgreSQL server is to be had at {}: {}", "no hay un servidor PostgreSQL en {}: {}"),
    ("the server at {} can't be trusted: {}", "no se puede confiar en el servidor en {}: {}"),
    (
        "check the host's name, sslmode and sslrootcert; a certificate names its hosts as subjectAltName",
        "revise el nombre del servidor, sslmode y sslrootcert; un certificado nombra sus servidores como subjectAltName",
    ),
    ("the server at {} wants a password", "el servidor en {} pide una contraseña"),
    ("no session at {}: {}", "no hay sesión en {}: {}"),
    (
        "check the address, sslmode and the server's log",
        "revise la dirección, sslmode y el registro del servidor",
    ),
    (
        "ask whoever runs the server to let this user in (pg_hba.conf), or check user and sslmode",
        "pida a quien administra el servidor que deje entrar a este usuario (pg_hba.conf), o revise usuario y sslmode",
    ),
    (
        "make the database first (`createdb NAME`), or name another with --db or TURNO_DB",
        "cree antes la base de datos (`createdb NOMBRE`), o indique otra con --db o TURNO_DB",
    ),
    ("close other programs, or raise max_connections", "cierre otros programas, o suba max_connections"),
    (
        "check the URL, or ask whoever runs the server",
        "revise la URL, o pregunte a quien administra el servidor",
    ),
    (
        "{} is passed over because others may read it: `chmod 600` it",
        "{} se ignora porque otros pueden leerlo: hágale `chmod 600`",
    ),
    (
        "put the password into ~/.pgpass (0600) or PGPASSWORD, or into `db` in config.toml",
        "ponga la contraseña en ~/.pgpass (0600) o PGPASSWORD, o en `db` de config.toml",
    ),
    ("the server takes no changes: {}", "el servidor no acepta cambios: {}"),
    (
        "is it a standby? name the primary, or add ?target_session_attrs=read-write",
        "¿es una réplica? indique el primario, o agregue ?target_session_attrs=read-write",
    ),
    ("the server's disk is full; nothing was changed", "el disco del servidor está lleno; no se cambió nada"),
    ("the server says: {}", "el servidor dice: {}"),
    (
        "ask whoever runs the server to grant this user the rights on the book's schema",
        "pida a quien administra el servidor que dé a este usuario los derechos sobre el esquema de la agenda",
    ),
    ("the server can't go on: {}; nothing was changed", "el servidor no puede seguir: {}; no se cambió nada"),
    ("look at the server, then try again", "mire el servidor, luego intente otra vez"),
    ("there is no book in {}", "no hay una agenda en {}"),
    (
        "make one with `turno init`, or name another with --db or TURNO_DB",
        "cree una con `turno init`, o indique otra con --db o TURNO_DB",
    ),
    (
        "{} is not a turno book (it has {}); it was left as it is",
        "{} no es una agenda de turno (tiene {}); se dejó como está",
    ),
    (
        "name the book with --db or TURNO_DB; `turno init` wants an empty database or an empty schema of one",
        "indique la agenda con --db o TURNO_DB; `turno init` quiere una base de datos vacía o un esquema vacío de una",
    ),
    (
        "the server lets only the owner of {} write it anew",
        "el servidor deja que solo el dueño de {} la reescriba",
    ),
    ("another program keeps reading", "otro programa sigue leyendo"),
    ("another program keeps writing", "otro programa sigue escribiendo"),
    ("another program keeps the book", "otro programa tiene ocupada la agenda"),
    (
        "there is no room for a second one, beside it or among temporary files (SQLITE_TMPDIR, TMPDIR, else /var/tmp)",
        "no hay lugar para una segunda, junto a ella o entre los archivos temporales (SQLITE_TMPDIR, TMPDIR o /var/tmp)",
    ),
    ("an @ in a password is written %40, a / %2F", "una @ en una contraseña se escribe %40, una / %2F"),
    (
        "sslmode is disable, allow, prefer, require, verify-ca or verify-full",
        "sslmode es disable, allow, prefer, require, verify-ca o verify-full",
    ),
    ("no answer within {} s", "sin respuesta en {} s"),
    (
        "sslmode wants the server's certificate checked, but no root certificate is at hand",
        "sslmode pide revisar el certificado del servidor, pero no hay un certificado raíz",
    ),
    (
        "name one with sslrootcert=FILE, put it into ~/.postgresql/root.crt, or say sslrootcert=system",
        "indique uno con sslrootcert=ARCHIVO, póngalo en ~/.postgresql/root.crt, o diga sslrootcert=system",
    ),
    (
        "the operating system names no certificates that it trusts",
        "el sistema operativo no indica certificados en los que confía",
    ),
    ("name a root certificate with sslrootcert=FILE", "indique un certificado raíz con sslrootcert=ARCHIVO"),
    ("{} can't be used as a certificate or key: {}", "{} no sirve como certificado o clave: {}"),
    ("the connection can't be encrypted: {}", "la conexión no se puede cifrar: {}"),
    ("check sslrootcert, sslcert and sslkey", "revise sslrootcert, sslcert y sslkey"),
    (
        "{} was moved, removed or replaced meanwhile; nothing was changed",
        "{} se movió, quitó o reemplazó mientras tanto; no se cambió nada",
    ),
    (
        "look whether the book is where it belongs, then try again",
        "mire si la agenda está en su lugar, luego intente otra vez",
    ),
    ("a row of {} names a record that is not there", "una fila de {} nombra un registro que no existe"),
    ("the triggers appointments_no_overlap are missing", "faltan los disparadores appointments_no_overlap"),
    ("the file is not a turno book", "el archivo no es una agenda de turno"),
    ("name the book with --db or TURNO_DB", "indique la agenda con --db o TURNO_DB"),
    ("the disk is full; nothing was changed", "el disco está lleno; no se cambió nada"),
    ("{} is no regular file; it was left as it is", "{} no es un archivo normal; se dejó como está"),
    ("{} is not a turno book; it was left as it is", "{} no es una agenda de turno; se dejó como está"),
    (
        "name the book with --db or TURNO_DB, or make one with `turno init`",
        "indique la agenda con --db o TURNO_DB, o cree una con `turno init`",
    ),
    ("there is no book at {}", "no hay una agenda en {}"),
    (
        "its directory is not there: is the disk in place? else make a book with `turno init`, or name another with --db or TURNO_DB",
        "su carpeta no está: ¿está puesto el disco? si no, cree una agenda con `turno init`, o indique otra con --db o TURNO_DB",
    ),
    ("the path is not in UTF-8", "la ruta no está en UTF-8"),
    (
        "{} has another name, too (a hard link), and changes may lie in a log beside that; nothing was changed",
        "{} tiene además otro nombre (un enlace físico), y junto a él puede haber cambios en un registro; no se cambió nada",
    ),
    (
        "name the book by the name that it is used by, or make a copy with `turno db backup`",
        "indique la agenda por el nombre con que se usa, o haga una copia con `turno db backup`",
    ),
    ("the book is busy", "la agenda está ocupada"),
    (
        "another program keeps writing; try again in a moment",
        "otro programa sigue escribiendo; intente otra vez en un momento",
    ),
    ("the connection to the book was lost: {t}", "se perdió la conexión con la agenda: {}"),
    (
        "nothing was changed; check that the server runs, then try again",
        "no se cambió nada; revise que el servidor esté en marcha, luego intente otra vez",
    ),
    ("the book can't be used: {}; nothing was changed", "la agenda no se puede usar: {}; no se cambió nada"),
    (
        "check that the disk is not full, and the permissions of the file and its directory",
        "revise que el disco no esté lleno, y los permisos del archivo y de su carpeta",
    ),
    (
        "the disk failed while the change was being saved ({})",
        "el disco falló mientras se guardaba el cambio ({})",
    ),
    ("the book is damaged: {}", "la agenda está dañada: {}"),
    (
        "copy the file away first, then ask `turno db check`, or go back to a backup",
        "copie antes el archivo a otro lugar, luego pregunte a `turno db check`, o vuelva a un respaldo",
    ),
    ("the book refuses it: {}", "la agenda lo rechaza: {}"),
    ("nothing was changed; this is a fault of turno", "no se cambió nada; esta es una falla de turno"),
    (
        "the change may be there or not: look first, or send it again with the same --idempotency-key or --external-ref",
        "el cambio puede estar o no: mire primero, o envíelo otra vez con el mismo --idempotency-key o --external-ref",
    ),
];
