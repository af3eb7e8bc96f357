# Manual pages and the shell's completion, made by a program of the tools' own sources: tools/pages/.
file(GLOB page_sources CONFIGURE_DEPENDS tools/pages/*.c)
list(FILTER tool_sources EXCLUDE REGEX "/(main|verb_line)\\.c$")
add_executable(expool_pages ${page_sources} ${tool_sources} ${made_tool_sources})
foreach(property COMPILE_DEFINITIONS COMPILE_OPTIONS INCLUDE_DIRECTORIES LINK_LIBRARIES)
    set_property(TARGET expool_pages PROPERTY ${property} $<TARGET_PROPERTY:expool_program,${property}>)
endforeach()

# The day of the newest entry: pages made of the same sources are the same.
file(STRINGS debian/changelog page_date LIMIT_COUNT 1 REGEX "^ -- ")
string(REGEX REPLACE ".*, +([0-9]+ [A-Z][a-z]+ [0-9]+) .*" "\\1" page_date "${page_date}")
file(STRINGS tools/verbs.def verb_rows REGEX "^VERB\\(")
string(REGEX REPLACE "VERB\\(([a-z]+),[^;]*" "expool-\\1.1" verb_pages "${verb_rows}")
set(pages ${CMAKE_BINARY_DIR}/pages)
set(completions ${CMAKE_BINARY_DIR}/completions)
file(MAKE_DIRECTORY ${pages} ${completions})
set(pages_man1 expool.1 ${verb_pages})
set(pages_made ${pages_man1} expool-options.7)
list(TRANSFORM pages_made PREPEND ${pages}/)
list(APPEND pages_made ${completions}/expool)
add_custom_command(OUTPUT ${pages_made}
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0
            $<TARGET_FILE:expool_pages> ${pages} ${page_date} ${tool_links}
    COMMAND awk "BEGIN { print \"_expool_rows='\" } FNR == 1 && NR > 1 { print \"'\" } { print }"
            ${pages}/completion.rows ${CMAKE_SOURCE_DIR}/tools/completion.bash > ${completions}/expool
    DEPENDS expool_pages tools/completion.bash debian/changelog VERBATIM)
add_custom_target(pages ALL DEPENDS ${pages_made})

list(TRANSFORM pages_man1 PREPEND ${pages}/)
foreach(link ${tool_links})
    file(CREATE_LINK expool-${link}.1 ${pages}/${link}.1 SYMBOLIC)
    file(CREATE_LINK expool ${completions}/${link} SYMBOLIC)
    list(APPEND pages_man1 ${pages}/${link}.1)
endforeach()
install(FILES ${pages_man1} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${pages}/expool-options.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(DIRECTORY ${completions} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion)
