say-booked = Reservada: { $what }.
say-booked-already = Ya estaba reservada: { $what }.
say-moved = Movida: { $what }.
say-scheduled = Programada: { $what }.
say-confirmed = Confirmada: { $what }.
say-arrived = Llegó: { $what }.
say-started = En consulta: { $what }.
say-done = Atendida: { $what }.
say-cancelled = Cancelada: { $what }.
say-missed = No vino: { $what }.
say-unchanged = Nada cambió, ya está { $status }: { $what }.
say-added = Agregado: { $what }.
say-changed = Cambiado: { $what }.
say-removed = Retirado: { $what }.
say-token = turno { $token }
say-series-cancelled = Canceladas: { $who }, { $count ->
    [1] 1 cita
   *[other] { $count } citas
}
say-series-nothing = Nada cambió en { $code }.
say-book-is-ready = El libro de { $name } está listo ({ $zone }).
say-book-is-in = Se guarda en { $db }.
say-keep-safe = Cuide { $key }: sin ese archivo el libro no se puede cambiar.
say-chosen = Los comandos trabajan en { $clinic } desde ahora.
say-setting = { $clinic }: { $name } es ahora { $now }.
say-minutes-a-visit = { $minutes } minutos por consulta
say-minutes = { $minutes } minutos
say-sees-patients = { $who } atiende { $when } en { $place }{ $more }.
say-patients-are-seen = Se atiende { $when } en { $place }{ $more }.
say-so-many-a-day = { $count } por día como máximo
say-from-day = desde { $date }
say-until-day = hasta { $date }
say-over-night = { $from }–{ $to } del día siguiente
say-no-more = Ya no: { $said }
say-closed-for-now = Cerrado por ahora: { $said }
say-is-away = { $doctor } no atiende { $when }
say-is-away-from = { $doctor } no atiende en { $branch } { $when }
say-is-closed = { $branch } cierra { $when }
say-closed = Cerrado { $when }
say-wants-no-messages = no quiere mensajes
say-the-key-is = La clave: { $secret }
say-the-secret-is = El secreto: { $secret }
say-held-until = Apartado hasta las { $until }: { $what }.
say-waits = En la lista de espera: { $what }.
say-off-the-list = Fuera de la lista de espera: { $what }.
turno-reschedule-moves-it-cancel = `turno reschedule { $code }` la mueve, `turno cancel { $code2 }` la cancela
open-that-day = abierto ese día: { $hours }
there-is = hay: { $all }
say-series-booked = Reservadas: { $who }, { $count ->
    [1] 1 cita
   *[other] { $count } citas
}
say-series-moved = Movidas: { $who }, { $count ->
    [1] 1 cita
   *[other] { $count } citas
}
next-mark = → sigue
needs-move-or-cancel = necesita --move o --cancel
they-are-cancelled-with-it = se cancelan con él; con --move se les buscan otras horas
turno-undo-takes-it-all-back = `turno undo` lo deshace todo
cancelled-with-it = { $count ->
    [1] se canceló 1 cita con él
   *[other] se cancelaron { $count } citas con él
}
what-was-held-is-given-up = se suelta la hora apartada para { $name } ({ $code }), { $when }
a-slot-in-it-is-held-for = una hora en él está apartada para { $name } ({ $code }), { $when }: `turno waitlist decline { $code2 }` la suelta
messages-have-gone = { $count ->
    [1] 1 paciente tiene un mensaje sobre esto, que no se puede deshacer.
   *[other] { $count } pacientes tienen un mensaje sobre esto, que no se puede deshacer.
}
tell-them = ¿Avisarles que se deshizo?
messages-have-gone-and-they-are-told = { $count ->
    [1] 1 paciente tiene un mensaje sobre esto, que no se puede deshacer; otro le dice cómo queda
   *[other] { $count } pacientes tienen un mensaje sobre esto, que no se puede deshacer; otro les dice cómo queda
}
messages-have-gone-and-nobody-is-told = { $count ->
    [1] 1 paciente tiene un mensaje sobre esto, que no se puede deshacer: llámele
   *[other] { $count } pacientes tienen un mensaje sobre esto, que no se puede deshacer: llámeles
}
the-closure-and-what-it-did = el cierre { $code } ({ $reason }) y { $count ->
    [1] el cambio de 1 cita
   *[other] los cambios de { $count } citas
}: { $all }
there-is-none-to-choose-from = no hay ninguna para elegir
ask-series = ¿Qué serie?
ask-notes = ¿Notas?
access = acceso
cancellation_cutoff = límite para cancelar
duplicate_rule = regla de duplicados
initial_status = estado inicial
max_advance = anticipación máxima
min_notice = anticipación mínima
patient_identity = identidad del paciente
quiet_hours = horas de silencio
reminder_channels = canales de los recordatorios
reminder_offsets = recordatorios antes de la cita
require_cancellation_reason = pedir motivo al cancelar
require_diagnosis = pedir diagnóstico
require_reason = pedir motivo de la visita
reschedule_cutoff = límite para mover
strict_slots = solo horas exactas
settings = ajustes
phone_and_name = teléfono y nombre
allow_private = dirección privada
opt_out = no quiere mensajes
channels = canales
secret = secreto
valid_until = vale hasta
on_date = fecha
start_time = hora
expires_at = vence
last_used_at = último uso
revoked_at = revocada
disabled_at = desactivado
disabled_reason = desactivado por
old_secret_until = secreto viejo hasta
note = nota
path = ruta
bytes = bytes
engine = motor
overlap_guard = guarda contra choques
schema_version = versión del esquema
turno_version = versión de turno
secret_file_present = archivo secreto presente
timezone_rules = reglas de zona
timezone_version = versión de las zonas
timezone_folder = carpeta de zonas
scrub_pending_since = limpieza pendiente desde
last_entry_at = última entrada
made_at = hecho
file = archivo
directory = directorio
verified = verificado
replayed = repetidas
http_status = estado HTTP
milliseconds = milisegundos
answer = respuesta
attempts = intentos
merged_into = unido a
erased_at = borrado
gone = borrado
scrubbed = limpiado
since = desde
count = cantidad
entries = entradas
messages = mensajes
tables = tablas
deliveries = entregas
held_until = apartado hasta
earliest = lo más temprano
latest = lo más tarde
