the-appointment-is-on-another-day = the appointment is on { $day }, not today; `turno undo` takes the step back
is-on-another-day = { $full_name } has the appointment on { $day }, not today.
mark-it-all-the-same = Mark it as { $words } all the same?
is-not-hours-such-as = "{ $text }" is not hours such as mon-fri 8-12, 14-18; sat 8-12
hours-need-a-day = "{ $part }" lacks the day: mon-fri 8-12
hours-need-times = "{ $part }" lacks the times: mon-fri 8-12
hours-overlap-the-ones-before = { $span } begins before { $before } ends; was { $meant } meant?
is-not-a-span-such-as-8-12 = "{ $text }" is not a span such as 8-12
would-be-a-night-of-hours = { $span } would be a night of { $hours } hours; was { $meant } meant? (A night that is so long is written "{ $span } { $overnight }".)
is-on-the-next-day-was-meant = { $to } is on the next day, { $hours } hours later; was { $meant } meant? --overnight takes it as it is
is-there-already-as = is there already: { $code }
turno-window-set-changes-it = `turno window set { $code }` changes it
turno-closure-remove-opens-it-again = `turno closure remove { $code }` opens its time again
until-on-the-next-day = it is open until { $to } the next day
overlaps-other-windows = it overlaps { $codes }; both are open at those times
the-new-hours-leave-out = the new hours leave out appointments, which stay until you move them: { $appointments }
goes-with-hours = goes with --hours
is-no-toml = is no TOML: { $problem }
is-no-table-such-as = is no table such as { $header }
is-no-part-of-a-set-up-there-are = is no part of a set-up; there are [clinic], [[branch]], [[doctor]], [[service]], [[window]] and [[closure]]
is-not-a-field-there-are = is not a field; there are { $all }
takes-hours-or-hours-by-branch = takes hours such as "mon-fri 8-12", or those of each branch: hours.main = "mon-fri 8-12"
takes-a-text-or-a-number = takes a text, a number or a list of texts
names-the-branch-there-are-several = must name the branch, as the clinic has several: hours.main, or branch = "main"
is-another-clinic-than = is another clinic's; this one is { $code }
is-required-several-have-that-name = is required: several have that name
is-no-closed-day-such-as = "{ $entry }" is no closed day such as "2026-12-25 Navidad"
