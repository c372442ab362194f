# Completion of pks in bash.

_pks() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default
      COMPREPLY=()
      return
    fi
    line=${line%%$'\t'*}
    # bash splits words at the equals sign and completes what is behind it.
    [[ ${COMP_WORDS[COMP_CWORD]} != "=" && ${COMP_WORDS[COMP_CWORD - 1]} != "=" ]] || line=${line#*=}
    COMPREPLY+=("$(printf '%q' "$line")")
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null </dev/null)
}

complete -F _pks pks
