write-it-as-yes-words = { $group } is not a list of phrases: write yes=of course, sure thing; no=not today (yes, no, stop and start)
is-no-phrase-for-an-answer = "{ $phrase }" is no phrase for an answer
means-already = "{ $phrase }" means { $other } already
