write-it-as-yes-words = { $group } is not a list of phrases: write yes=of course, sure thing; no=not today (yes, no, stop and start)
is-no-phrase-for-an-answer = "{ $phrase }" is no phrase for an answer
means-already = "{ $phrase }" means { $other } already
phrases-such-as-yes-of-course = phrases such as yes=of course, sure thing; no=not today (or none)
must-have-1-to-200-characters = must have 1 to 200 characters
there-is-no-answer-with-the-number = there is no patient's answer with the number { $word }
turno-inbox-shows-what-waits = `turno inbox` shows what waits, with its numbers
no-patient-with-an-appointment-has-the-number = answer { $number } can't be answered from here: no patient with an appointment has the number it came from
call-the-number-or-add-the-patient = call the number, then `turno inbox done`
is-not-a-field-of-an-answer = is not a field of an answer; there are { $all }
no-answers = no answers
nothing-waits-in-the-inbox = nothing waits in the inbox
turno-waitlist-list-for-shows-whom-it-fits = `turno waitlist list --for { $code }` shows whom the time fits
waits-in-the-inbox-as = the answer from { $from } waits in the inbox as { $number }
what-was-taken-in-stays-deliver-all-again = what was taken in stays; deliver all again: an id that was seen does nothing
one-answer-waits-turno-inbox = 1 answer of a patient waits: turno inbox
answers-wait-turno-inbox = { $count } answers of patients wait: turno inbox
answers = answers
