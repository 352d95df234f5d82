there-is-no-appointment-to-export-nothing = there is no appointment to export; nothing was written
a-calendar-without-entries-is-none-rfc-5545 = a calendar without entries is none (RFC 5545); look with `turno list`
doctor-from-and-to-choose-among-appointments-alone = --doctor, --from and --to choose among appointments alone
is-about-patients = is about patients
progress-appointments = { $bar } { $at } of { $all } appointments, { $eta } to go
progress-rows = { $spinner } { $count } rows, { $rate }
written-to = written to { $path }
nothing-behind-it-was-read = { $what }; nothing behind it was read
the-appointment-lies-beyond-the-years-of-calendars = the appointment { $code } lies beyond the years of calendars
the-temporary-directory-takes-no-export = the temporary directory takes no export: { $problem }
tmpdir-names-another-one-out-file-needs-none = TMPDIR names another one; --out FILE needs none
columns = columns
left-out-mark = left out
as = as
line-number = line { $number }
line-problem = line { $line }: { $problem }
file-line-problem = { $file }, line { $line }: { $problem }
line-refused = line { $number } refused
entry-number = entry { $number }
entry-refused = entry { $number } refused
and-more-are-refused = and { $refused } more are refused
count-added = { $count } added
count-updated = { $count } updated
count-known = { $count } known
count-removed = { $count } removed
count-skipped = { $count } skipped, as they take no time
count-refused = { $count } refused
nothing-to-do = nothing to do
it-was-a-rehearsal = it was a rehearsal
all-or-nothing-per-row-writes-what-can = all or nothing; --per-row writes what can be written
nothing-was-written = nothing was written: { $why }
is-not-such-as-phone-tel-fono = "{ $said }" is not such as phone=Teléfono
there-is-no-field-there-are = there is no field "{ $field }"; there are { $all }
the-file-has-no-column-it-has = the file has no column "{ $column }"; it has { $names }
cant-be-both-and = { $name } can't be both { $taken } and { $field }
is-said-twice = { $field } is said twice
no-column-holds-it-there-are = no column holds it; there are { $names }
say-which-column-it-is-with-map-field = say which column it is with --map FIELD=COLUMN; --separator is for files with ;
takes-a-comma-a-semicolon-or-tab = takes a comma, a semicolon, | or tab
is-not-a-whole-number-from-to-1000000 = "{ $text }" is not a whole number from { $least } to 1000000
the-rows-before-stand-nothing-after-them = the rows before stand, nothing after them was changed; begin again with the same file
cant-be-made = { $path } can't be made: { $problem }
the-report-cant-be-written = the report can't be written: { $problem }
what-was-imported-stands-begin-again = what was imported stands; begin again with the same file: nothing is there twice
is-empty-the-first-line-must-name = is empty; the first line must name the columns
has-no-names-of-columns-in-its-first = has no names of columns in its first line
has-the-column-twice = has the column { $name } twice
a-quote-is-opened-here-and-not-closed = a quote is opened here, and not closed within 1 MiB
is-a-row-of-more-than-1-mib = is a row of more than 1 MiB
has-text-behind-a-closing-quote = has text behind a closing quote
a-quote-is-opened-here-and-never-closed = a quote is opened here and never closed
has-more-than-cells = has more than { $most_cells } cells
has-cells-where-the-first-line-names = has { $count } cells where the first line names { $count2 }
file-has-bytes-that-are-not-utf-8 = { $name }: has bytes that are not UTF-8; save the file as UTF-8
has-a-nul-character = { $name }: has a NUL character
is-required-whose-calendar-is-it = is required: whose calendar is it?
say-it-with-doctor = say it with --doctor
closures-are-the-doctors-wherever-they = closures are the doctor's wherever they are, and all or nothing: --service, --branch, --report and --per-row are for appointments
repeats-an-event-for-each-appointment-was-expected = repeats; an event for each appointment was expected
is-a-whole-day-an-appointment = is a whole day; an appointment has a time
the-zone-is-not-known-one = the zone "{ $name }" is not known; one such as Europe/Madrid was expected
comes-twice-in-the-clock-is-put-back = { $wall } comes twice in { $name }: the clock is put back
does-not-exist-in-the-clock-jumps-over = { $wall } does not exist in { $name }: the clock jumps over it
is-beyond-the-years-that-the-book-knows = { $date } is beyond the years that the book knows
the-event-has-no-dtstart = the event has no DTSTART
the-event-ends-before-it-begins = the event ends before it begins
the-event-takes-longer-than-a-year = the event takes longer than a year
the-event-has-no-uid = the event has no UID, by which it is known again
is-not-a-rule-of-recurrence = is not a rule of recurrence: { $problem }
repeats-more-than-times-within-the-horizon = repeats more than { $most } times within the horizon
is-not-such-as-freq-weekly-byday-mo = is not such as FREQ=WEEKLY;BYDAY=MO
repeats-more-often-than-once-a-day-daily = repeats more often than once a day: DAILY, WEEKLY, MONTHLY or YEARLY was expected
interval-must-be-a-whole-number-from-1 = INTERVAL must be a whole number from 1 to 1000
until-must-be-such-as-20260615-or-20260615t150000z = UNTIL must be such as 20260615 or 20260615T150000Z
has-no-freq = has no FREQ
counts-the-days-of-byday-as-in-2mo = counts the days of BYDAY, as in 2MO, where only those of a month or a year are
is-empty-a-calendar-begins-with-begin-vcalendar = is empty; a calendar begins with BEGIN:VCALENDAR
is-no-calendar-it-must-begin-with-begin = is no calendar: it must begin with BEGIN:VCALENDAR
stands-outside-of-a-calendar = stands outside of a calendar
is-nested-too-deep = is nested too deep
begins-an-event-inside-another-end-vevent = begins an event inside another: END:VEVENT was expected before
ends-which-is-not-what-was-begun-last = ends { $name }, which is not what was begun last
is-one-event-more-than = is one event more than { $most_events }
the-file-ends-here-end-was-expected = the file ends here; END:{ $name } was expected
is-not-a-duration-such-as-pt30m = is not a duration such as PT30M or P1D
exrule-is-of-an-older-standard-exdate = EXRULE is of an older standard; EXDATE was expected
a-change-of-this-event-and-all-after = a change of this event and all after it (RANGE) is not understood
must-be-such-as = { $name } must be such as { $expected }
or-20260615t150000z = 20260615T090000 or 20260615T150000Z
is-longer-than-1-mib = is longer than 1 MiB
has-bytes-that-are-not-utf-8-save = has bytes that are not UTF-8; save the calendar as UTF-8
holds-a-nul-character = has a NUL character
is-not-a-line-of-a-calendar-name = is not a line of a calendar: NAME:VALUE was expected
imported-rows = { $kind ->
    [patients] { $rows ->
        [1] 1 patient
       *[other] { $rows } patients
    }
    [appointments] { $rows ->
        [1] 1 appointment
       *[other] { $rows } appointments
    }
    [closures] { $rows ->
        [1] 1 event
       *[other] { $rows } events
    }
   *[other] { $rows } { $kind }
}
