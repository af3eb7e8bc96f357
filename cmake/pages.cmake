# Manual pages and the shell's completion, made by a program of the tools' own objects: tools/pages/.
# The day of the newest entry: pages made of the same sources are the same.
file(STRINGS debian/changelog page_date LIMIT_COUNT 1 REGEX "^ -- ")
string(REGEX REPLACE ".*, +([0-9]+ [A-Z][a-z]+ [0-9]+) .*" "\\1" page_date "${page_date}")
file(READ tools/verbs.def verb_rows)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS debian/changelog tools/verbs.def)
string(REGEX MATCHALL "\nVERB\\([a-z]+" verb_pages "${verb_rows}")
list(TRANSFORM verb_pages REPLACE "\nVERB.(.*)" "expool-\\1.1")
set(pages ${CMAKE_BINARY_DIR}/pages)
set(completions ${CMAKE_BINARY_DIR}/completions)
file(MAKE_DIRECTORY ${pages} ${completions})
set(pages_man1 expool.1 ${verb_pages} expool-driver-overlay.1 expool-ci.1)
set(pages_made ${pages_man1} expool-options.7)
list(TRANSFORM pages_made PREPEND ${pages}/)
list(APPEND pages_made ${completions}/expool)
set(page_scripts ${CMAKE_SOURCE_DIR}/tools/driver-overlay.sh ${CMAKE_SOURCE_DIR}/tools/expool-ci.sh)
add_custom_command(OUTPUT ${pages_made}
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0
            $<TARGET_FILE:expool_pages> ${pages} ${page_date} ${page_scripts} ${tool_links}
    COMMAND awk "BEGIN { print \"_expool_rows='\" } FNR == 1 && NR > 1 { print \"'\" } { print }"
            ${pages}/completion.rows ${CMAKE_SOURCE_DIR}/tools/completion.bash > ${completions}/expool
    DEPENDS expool_pages tools/completion.bash ${page_scripts} debian/changelog VERBATIM)
add_custom_target(pages ALL DEPENDS ${pages_made})

list(TRANSFORM pages_man1 PREPEND ${pages}/)
foreach(link ${tool_links})
    file(CREATE_LINK expool-${link}.1 ${pages}/${link}.1 SYMBOLIC)
    file(CREATE_LINK expool ${completions}/${link} SYMBOLIC)
    list(APPEND pages_man1 ${pages}/${link}.1)
endforeach()
file(CREATE_LINK expool ${completions}/expool-ci SYMBOLIC)
install(FILES ${pages_man1} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${pages}/expool-options.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(DIRECTORY ${completions} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion)
