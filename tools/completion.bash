# completion.bash - bash completion for expool, verifier and expool-ci, by the rows of _expool_rows: what stands in front of
# this line, made of the tables that --help is made of (tools/pages/pages.h says what a row is). It is loaded by
# bash-completion, whose functions it uses.
# shellcheck shell=bash disable=SC2154,SC2034 # cur, prev, words, cword, split are _init_completion's

# _expool_row VERB OPTION: the words of that row.
_expool_row()
{
    local verb option rest
    while read -r verb option rest; do
        if [[ $verb == "$1" && ${option%=} == "$2" ]]; then
            echo "$rest"
            return 0
        fi
    done <<<"$_expool_rows"
    return 1
}

# _expool_names VERB: the options of a verb that begin as `cur` does. Keys of EXPOOL_OPTIONS are offered as GNU
# programs spell them, with dashes; with underlines to who types one.
_expool_names()
{
    local verb option rest
    while read -r verb option rest; do
        [[ $verb == "$1" && $option == [-/]?* && $option != -? ]] || continue
        [[ $option != *_* || $cur == *_* ]] || continue
        [[ $1 != verifier || $cur != -[!-]* ]] || option=-${option#/}
        echo "$option"
    done <<<"$_expool_rows"
}

_expool_fill()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# _expool_list WORD...: the last of several, commas between; not those that stand there.
_expool_list()
{
    local done='' word left=()
    [[ $cur != *,* ]] || done=${cur%,*},
    for word; do [[ ,$done == *",$word,"* ]] || left+=("$word"); done
    mapfile -t COMPREPLY < <(compgen -P "$done" -W "${left[*]}" -- "${cur##*,}")
}

# The last of key=value:key=value, for EXPOOL_OPTIONS; readline has split it at = and : itself.
_expool_options()
{
    local last=${cur##*:} verb option rest keys=()
    if [[ $last == *=* ]]; then
        cur=${last#*=}
        # shellcheck disable=SC2046 # words
        _expool_value $(_expool_row run "--${last%%=*}")
        return
    fi
    while read -r verb option rest; do
        [[ $verb != run || $option != --*= || ${option#--} == *-* ]] || keys+=("${option#--}")
    done <<<"$_expool_rows"
    mapfile -t COMPREPLY < <(compgen -W "${keys[*]}" -- "$last")
    compopt -o nospace
}

# _expool_value KIND WORD...: what an option takes.
_expool_value()
{
    local codes
    case ${1-} in
        @file) _filedir ;;
        @dir) _filedir -d ;;
        @list) _expool_list "${@:2}" ;;
        @options) _expool_options ;;
        @codes)
            codes=$("${words[0]}" "${words[@]:1:first-1}" --list 2>/dev/null)
            _expool_fill "$codes"
            ;;
        @any) ;;
        ?*) _expool_fill "$*" ;;
    esac
}

# The place of the program that `run` and its like start, when the cursor stands on it or behind it.
_expool_program()
{
    local i option
    for ((i = first; i <= cword; i++)); do
        option=${words[i]}
        case $option in
            --) echo $((i + 1)) && return ;;
            --*=*) ;;
            -?*) [[ -z $(_expool_takes "$option") ]] || i=$((i + 1)) ;;
            *) echo "$i" && return ;;
        esac
    done
    echo $((cword + 1))
}

# _expool_takes OPTION: says yes when it takes the next word.
_expool_takes()
{
    local v option rest
    while read -r v option rest; do
        [[ $v == "$verb" ]] || continue
        case $option in
            "$1=") echo yes ;;
            "$1") [[ -z $rest ]] || echo yes ;;
        esac
    done <<<"$_expool_rows"
}

_expool_verbs()
{
    local verb rest
    while read -r verb rest; do [[ $verb == *-* ]] || echo "$verb"; done <<<"$_expool_rows" | sort -u
}

_expool()
{
    local cur prev words cword split first=1 verb kind program
    _init_completion -s -n : || return
    verb=${words[0]##*/}
    if [[ $verb == expool ]]; then
        if ((cword == 1)); then
            _expool_fill "$(_expool_verbs) --help --version"
            return
        fi
        verb=${words[1]} first=2
    fi
    kind=$(_expool_row "$verb" @words) || return
    if [[ $kind == @command ]]; then
        program=$(_expool_program)
        if ((cword >= program)); then
            _command_offset "$program"
            return
        fi
    fi
    [[ $verb != verifier || $prev != -[!-]* ]] || prev=/${prev:1}
    if [[ $split == true || -n $(_expool_takes "$prev") ]]; then
        # shellcheck disable=SC2046 # words
        _expool_value $(_expool_row "$verb" "$prev")
    elif [[ $cur == -* || $verb == verifier ]]; then
        _expool_fill "$(_expool_names "$verb")"
        [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
    else
        _expool_value "$kind"
    fi
}
complete -F _expool expool verifier expool-ci
