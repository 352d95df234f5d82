write-it-as-yes-words = { $group } no es una lista de frases: escriba yes=claro pues, seguro; no=hoy no (yes, no, stop y start)
is-no-phrase-for-an-answer = «{ $phrase }» no es una frase de respuesta
means-already = «{ $phrase }» ya significa { $other }
