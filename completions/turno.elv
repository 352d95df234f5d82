set edit:completion:arg-completer[turno] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) TURNO_COMPLETE="elvish" turno -- $@words) | to-lines
}
