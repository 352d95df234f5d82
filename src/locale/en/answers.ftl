say-booked = Booked: { $what }.
say-booked-already = Booked already: { $what }.
say-moved = Moved: { $what }.
say-scheduled = Scheduled: { $what }.
say-confirmed = Confirmed: { $what }.
say-arrived = Arrived: { $what }.
say-started = With the doctor: { $what }.
say-done = Done: { $what }.
say-cancelled = Cancelled: { $what }.
say-missed = Did not come: { $what }.
say-unchanged = Nothing changed, it is { $status } already: { $what }.
say-added = Added: { $what }.
say-changed = Changed: { $what }.
say-removed = Removed: { $what }.
say-token = token { $token }
say-series-cancelled = Cancelled: { $who }, { $count ->
    [1] 1 appointment
   *[other] { $count } appointments
}
say-series-nothing = Nothing changed in { $code }.
say-book-is-ready = The book of { $name } is ready ({ $zone }).
say-book-is-in = It is kept in { $db }.
say-keep-safe = Keep { $key } safe: without it the book can't be changed.
say-chosen = Commands work in { $clinic } from now on.
say-setting = { $clinic }: { $name } is { $now } now.
say-minutes-a-visit = { $minutes } minutes a visit
say-minutes = { $minutes } minutes
say-sees-patients = { $who } sees patients { $when } at { $place }{ $more }.
say-patients-are-seen = Patients are seen { $when } at { $place }{ $more }.
say-so-many-a-day = at most { $count } a day
say-from-day = from { $date }
say-until-day = until { $date }
say-over-night = { $from }–{ $to } the next day
say-no-more = No more: { $said }
say-closed-for-now = Closed for now: { $said }
say-is-away = { $doctor } is away { $when }
say-is-away-from = { $doctor } is away from { $branch } { $when }
say-is-closed = { $branch } is closed { $when }
say-closed = Closed { $when }
say-wants-no-messages = wants no messages
say-the-key-is = The key: { $secret }
say-the-secret-is = The secret: { $secret }
say-held-until = Held until { $until }: { $what }.
say-waits = On the waiting list: { $what }.
say-off-the-list = Off the waiting list: { $what }.
turno-reschedule-moves-it-cancel = `turno reschedule { $code }` moves it, `turno cancel { $code2 }` cancels it
open-that-day = open that day: { $hours }
there-is = there is: { $all }
say-series-booked = Booked: { $who }, { $count ->
    [1] 1 appointment
   *[other] { $count } appointments
}
say-series-moved = Moved: { $who }, { $count ->
    [1] 1 appointment
   *[other] { $count } appointments
}
next-mark = → next
needs-move-or-cancel = needs --move or --cancel
they-are-cancelled-with-it = they are cancelled with it; with --move it finds other times for them
turno-undo-takes-it-all-back = `turno undo` takes all of it back
cancelled-with-it = { $count ->
    [1] 1 appointment was cancelled with it
   *[other] { $count } appointments were cancelled with it
}
what-was-held-is-given-up = the slot held for { $name } ({ $code }), { $when }, is given up
a-slot-in-it-is-held-for = a slot in it is held for { $name } ({ $code }), { $when }: `turno waitlist decline { $code2 }` gives it up
messages-have-gone = { $count ->
    [1] 1 patient has a message about it, which can't be taken back.
   *[other] { $count } patients have a message about it, which can't be taken back.
}
tell-them = Tell them that it is taken back?
messages-have-gone-and-they-are-told = { $count ->
    [1] 1 patient has a message about it, which can't be taken back; another one says how it stands now
   *[other] { $count } patients have a message about it, which can't be taken back; another one says how it stands now
}
messages-have-gone-and-nobody-is-told = { $count ->
    [1] 1 patient has a message about it, which can't be taken back: call them
   *[other] { $count } patients have a message about it, which can't be taken back: call them
}
the-closure-and-what-it-did = the closure { $code } ({ $reason }) and its { $count ->
    [1] change of 1 appointment
   *[other] changes of { $count } appointments
}: { $all }
there-is-none-to-choose-from = there is none to choose from
ask-series = Which series?
ask-notes = Notes?
access = access
cancellation_cutoff = cancellation_cutoff
duplicate_rule = duplicate_rule
initial_status = initial_status
max_advance = max_advance
min_notice = min_notice
patient_identity = patient_identity
quiet_hours = quiet_hours
reminder_channels = reminder_channels
reminder_offsets = reminder_offsets
require_cancellation_reason = require_cancellation_reason
require_diagnosis = require_diagnosis
require_reason = require_reason
reschedule_cutoff = reschedule_cutoff
strict_slots = strict_slots
settings = settings
phone_and_name = phone_and_name
allow_private = allow_private
opt_out = opt_out
channels = channels
secret = secret
valid_until = valid_until
on_date = on_date
start_time = start_time
expires_at = expires_at
last_used_at = last_used_at
revoked_at = revoked_at
disabled_at = disabled_at
disabled_reason = disabled_reason
old_secret_until = old_secret_until
note = note
path = path
bytes = bytes
engine = engine
overlap_guard = overlap_guard
schema_version = schema_version
turno_version = turno_version
secret_file_present = secret_file_present
timezone_rules = timezone_rules
timezone_version = timezone_version
timezone_folder = timezone_folder
scrub_pending_since = scrub_pending_since
last_entry_at = last_entry_at
made_at = made_at
file = file
directory = directory
verified = verified
replayed = replayed
http_status = http_status
milliseconds = milliseconds
answer = answer
attempts = attempts
merged_into = merged_into
erased_at = erased_at
gone = gone
scrubbed = scrubbed
since = since
count = count
entries = entries
messages = messages
tables = tables
deliveries = deliveries
held_until = held_until
earliest = earliest
latest = latest
