write-it-as-yes-words = { $group } no es una lista de frases: escriba yes=claro pues, seguro; no=hoy no (yes, no, stop y start)
is-no-phrase-for-an-answer = «{ $phrase }» no es una frase de respuesta
means-already = «{ $phrase }» ya significa { $other }
phrases-such-as-yes-of-course = frases como yes=claro pues, seguro; no=hoy no (o none)
must-have-1-to-200-characters = debe tener de 1 a 200 caracteres
there-is-no-answer-with-the-number = no hay respuesta de paciente con el número { $word }
turno-inbox-shows-what-waits = `turno inbox` muestra lo que espera, con sus números
no-patient-with-an-appointment-has-the-number = la respuesta { $number } no se puede contestar desde aquí: ningún paciente con cita tiene el número del que vino
call-the-number-or-add-the-patient = llame al número y luego `turno inbox done`
is-not-a-field-of-an-answer = no es un campo de una respuesta; hay { $all }
no-answers = ninguna respuesta
nothing-waits-in-the-inbox = nada espera en la bandeja
turno-waitlist-list-for-shows-whom-it-fits = `turno waitlist list --for { $code }` muestra a quién le sirve la hora
waits-in-the-inbox-as = la respuesta de { $from } espera en la bandeja con el número { $number }
what-was-taken-in-stays-deliver-all-again = lo recibido se queda; entregue todo de nuevo: un id ya visto no hace nada
one-answer-waits-turno-inbox = 1 respuesta de paciente espera: turno inbox
answers-wait-turno-inbox = { $count } respuestas de pacientes esperan: turno inbox
answers = respuestas
