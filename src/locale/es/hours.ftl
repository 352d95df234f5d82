the-appointment-is-on-another-day = la cita es el { $day }, no hoy; `turno undo` deshace el paso
is-on-another-day = { $full_name } tiene la cita el { $day }, no hoy.
mark-it-all-the-same = ¿Marcarla de todos modos como { $words }?
is-not-hours-such-as = "{ $text }" no es un horario como lun-vie 8-12, 14-18; sáb 8-12
hours-need-a-day = a "{ $part }" le falta el día: lun-vie 8-12
hours-need-times = a "{ $part }" le faltan las horas: lun-vie 8-12
hours-overlap-the-ones-before = { $span } empieza antes de que termine { $before }; ¿quiso decir { $meant }?
is-not-a-span-such-as-8-12 = "{ $text }" no es un tramo como 8-12
would-be-a-night-of-hours = { $span } sería una noche de { $hours } horas; ¿quiso decir { $meant }? (Una noche tan larga se escribe "{ $span } { $overnight }".)
is-on-the-next-day-was-meant = { $to } es del día siguiente, { $hours } horas después; ¿quiso decir { $meant }? --overnight lo toma tal cual
is-there-already-as = ya existe: { $code }
turno-window-set-changes-it = `turno window set { $code }` lo cambia
turno-closure-remove-opens-it-again = `turno closure remove { $code }` vuelve a abrir su tiempo
until-on-the-next-day = está abierto hasta las { $to } del día siguiente
overlaps-other-windows = se superpone con { $codes }; ambos están abiertos a esas horas
the-new-hours-leave-out = el nuevo horario deja fuera citas, que se quedan hasta que las mueva: { $appointments }
goes-with-hours = va con --hours
is-no-toml = no es TOML: { $problem }
is-no-table-such-as = no es una tabla como { $header }
is-no-part-of-a-set-up-there-are = no es parte de una configuración; hay [clinic], [[branch]], [[doctor]], [[service]], [[window]] y [[closure]]
is-not-a-field-there-are = no es un campo; hay { $all }
takes-hours-or-hours-by-branch = acepta un horario como "lun-vie 8-12", o el de cada sede: hours.main = "lun-vie 8-12"
takes-a-text-or-a-number = acepta un texto, un número o una lista de textos
names-the-branch-there-are-several = debe nombrar la sede, porque la clínica tiene varias: hours.main, o branch = "main"
is-another-clinic-than = es de otra clínica; esta es { $code }
is-required-several-have-that-name = es necesario: varios tienen ese nombre
is-no-closed-day-such-as = "{ $entry }" no es un día cerrado como "2026-12-25 Navidad"
