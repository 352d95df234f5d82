complete --keep-order --exclusive --command turno --arguments "(TURNO_COMPLETE=fish turno -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
