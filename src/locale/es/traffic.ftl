there-is-no-appointment-to-export-nothing = no hay citas que exportar; no se escribió nada
a-calendar-without-entries-is-none-rfc-5545 = un calendario sin entradas no lo es (RFC 5545); mire con `turno list`
doctor-from-and-to-choose-among-appointments-alone = --doctor, --from y --to eligen solo entre citas
is-about-patients = es solo para pacientes
progress-appointments = { $bar } { $at } de { $all } citas, faltan { $eta }
progress-rows = { $spinner } { $count } filas, { $rate }
written-to = escrito en { $path }
nothing-behind-it-was-read = { $what }; no se leyó nada de lo que sigue
the-appointment-lies-beyond-the-years-of-calendars = la cita { $code } está fuera de los años de los calendarios
the-temporary-directory-takes-no-export = la carpeta temporal no admite la exportación: { $problem }
tmpdir-names-another-one-out-file-needs-none = TMPDIR indica otra; --out ARCHIVO no la necesita
columns = columnas
left-out-mark = sin usar
as = como
line-number = línea { $number }
line-problem = línea { $line }: { $problem }
file-line-problem = { $file }, línea { $line }: { $problem }
line-refused = línea { $number } rechazada
entry-number = entrada { $number }
entry-refused = entrada { $number } rechazada
and-more-are-refused = y se rechazan { $refused } más
count-added = altas: { $count }
count-updated = cambios: { $count }
count-known = ya estaban: { $count }
count-removed = bajas: { $count }
count-skipped = sin duración, omitidas: { $count }
count-refused = rechazos: { $count }
nothing-to-do = nada que hacer
it-was-a-rehearsal = era un ensayo
all-or-nothing-per-row-writes-what-can = todo o nada; --per-row escribe lo que se puede
nothing-was-written = no se escribió nada: { $why }
is-not-such-as-phone-tel-fono = "{ $said }" no es algo como phone=Teléfono
there-is-no-field-there-are = no hay un campo "{ $field }"; hay { $all }
the-file-has-no-column-it-has = el archivo no tiene una columna "{ $column }"; tiene { $names }
cant-be-both-and = { $name } no puede ser a la vez { $taken } y { $field }
is-said-twice = { $field } se indica dos veces
no-column-holds-it-there-are = ninguna columna lo tiene; hay { $names }
say-which-column-it-is-with-map-field = indique la columna con --map CAMPO=COLUMNA; --separator es para archivos con ;
takes-a-comma-a-semicolon-or-tab = acepta una coma, un punto y coma, | o tab
is-not-a-whole-number-from-to-1000000 = "{ $text }" no es un número entero de { $least } a 1000000
the-rows-before-stand-nothing-after-them = las filas anteriores quedan, después no se cambió nada; empiece otra vez con el mismo archivo
cant-be-made = { $path } no se puede crear: { $problem }
the-report-cant-be-written = el informe no se puede escribir: { $problem }
what-was-imported-stands-begin-again = lo importado queda; empiece otra vez con el mismo archivo: nada se duplica
is-empty-the-first-line-must-name = está vacío; la primera línea debe nombrar las columnas
has-no-names-of-columns-in-its-first = no tiene nombres de columnas en la primera línea
has-the-column-twice = tiene dos veces la columna { $name }
a-quote-is-opened-here-and-not-closed = aquí se abren comillas, y no se cierran dentro de 1 MiB
is-a-row-of-more-than-1-mib = es una fila de más de 1 MiB
has-text-behind-a-closing-quote = tiene texto después de cerrar comillas
a-quote-is-opened-here-and-never-closed = aquí se abren comillas que nunca se cierran
has-more-than-cells = tiene más de { $most_cells } celdas
has-cells-where-the-first-line-names = tiene { $count } celdas y la primera línea nombra { $count2 }
file-has-bytes-that-are-not-utf-8 = { $name }: tiene bytes que no son UTF-8; guarde el archivo como UTF-8
has-a-nul-character = { $name }: tiene un carácter NUL
is-required-whose-calendar-is-it = es obligatorio: ¿de quién es el calendario?
say-it-with-doctor = indíquelo con --doctor
closures-are-the-doctors-wherever-they = los cierres son del doctor esté donde esté, y todo o nada: --service, --branch, --report y --per-row son para citas
repeats-an-event-for-each-appointment-was-expected = se repite; se esperaba un evento por cita
is-a-whole-day-an-appointment = es un día entero; una cita tiene hora
the-zone-is-not-known-one = no se conoce la zona "{ $name }"; se esperaba una como Europe/Madrid
comes-twice-in-the-clock-is-put-back = { $wall } ocurre dos veces en { $name }: el reloj se atrasa
does-not-exist-in-the-clock-jumps-over = { $wall } no existe en { $name }: el reloj se lo salta
is-beyond-the-years-that-the-book-knows = { $date } está fuera de los años que la agenda conoce
the-event-has-no-dtstart = el evento no tiene DTSTART
the-event-ends-before-it-begins = el evento termina antes de empezar
the-event-takes-longer-than-a-year = el evento dura más de un año
the-event-has-no-uid = el evento no tiene UID, por el que se reconoce
is-not-a-rule-of-recurrence = no es una regla de repetición: { $problem }
repeats-more-than-times-within-the-horizon = se repite más de { $most } veces dentro del horizonte
is-not-such-as-freq-weekly-byday-mo = no es algo como FREQ=WEEKLY;BYDAY=MO
repeats-more-often-than-once-a-day-daily = se repite más de una vez al día: se esperaba DAILY, WEEKLY, MONTHLY o YEARLY
interval-must-be-a-whole-number-from-1 = INTERVAL debe ser un número entero de 1 a 1000
until-must-be-such-as-20260615-or-20260615t150000z = UNTIL debe ser algo como 20260615 o 20260615T150000Z
has-no-freq = no tiene FREQ
counts-the-days-of-byday-as-in-2mo = numera los días de BYDAY, como en 2MO, y solo se numeran los de un mes o un año
is-empty-a-calendar-begins-with-begin-vcalendar = está vacío; un calendario empieza con BEGIN:VCALENDAR
is-no-calendar-it-must-begin-with-begin = no es un calendario: debe empezar con BEGIN:VCALENDAR
stands-outside-of-a-calendar = está fuera de un calendario
is-nested-too-deep = está anidado demasiado hondo
begins-an-event-inside-another-end-vevent = empieza un evento dentro de otro: antes se esperaba END:VEVENT
ends-which-is-not-what-was-begun-last = termina { $name }, que no es lo último que empezó
is-one-event-more-than = es un evento más de los { $most_events } que se admiten
the-file-ends-here-end-was-expected = el archivo termina aquí; se esperaba END:{ $name }
is-not-a-duration-such-as-pt30m = no es una duración como PT30M o P1D
exrule-is-of-an-older-standard-exdate = EXRULE es de un estándar anterior; se esperaba EXDATE
a-change-of-this-event-and-all-after = no se entiende un cambio de este evento y de todos los siguientes (RANGE)
must-be-such-as = { $name } debe ser algo como { $expected }
or-20260615t150000z = 20260615T090000 o 20260615T150000Z
is-longer-than-1-mib = tiene más de 1 MiB
has-bytes-that-are-not-utf-8-save = tiene bytes que no son UTF-8; guarde el calendario como UTF-8
holds-a-nul-character = tiene un carácter NUL
is-not-a-line-of-a-calendar-name = no es una línea de un calendario: se esperaba NOMBRE:VALOR
imported-rows = { $kind ->
    [patients] { $rows ->
        [1] 1 paciente
       *[other] { $rows } pacientes
    }
    [appointments] { $rows ->
        [1] 1 cita
       *[other] { $rows } citas
    }
    [closures] { $rows ->
        [1] 1 evento
       *[other] { $rows } eventos
    }
   *[other] { $rows } { $kind }
}
