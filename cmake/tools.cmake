# The program `expool`: tools/*.c, one file a verb, and the links that people type.
find_package(PkgConfig REQUIRED)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(DW REQUIRED IMPORTED_TARGET libdw)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
file(GLOB tool_sources CONFIGURE_DEPENDS tools/*.c)
configure_file(cmake/option_rows.c.in ${CMAKE_BINARY_DIR}/tools/option_rows.c @ONLY)
set(stop_headers ${CMAKE_SOURCE_DIR}/include/expool/bugcheck.h ${CMAKE_SOURCE_DIR}/include/expool/bugcodes.h)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/tools/stop_names.c
    COMMAND ${CMAKE_COMMAND} "-DNAMES=${stop_headers}" -DMADE=${CMAKE_BINARY_DIR}/tools/stop_names.c
            -P ${CMAKE_SOURCE_DIR}/cmake/stop_names.cmake
    DEPENDS ${stop_headers} cmake/stop_names.cmake VERBATIM)
# The planted bugs one after the other, each behind its path: the code that `explain` shows.
file(GLOB bug_sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} tests/bugs/*.c)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/tools/bugs.txt
    COMMAND awk "FNR == 1 { print \"\\n@@ \" FILENAME } { print }" ${bug_sources}
            > ${CMAKE_BINARY_DIR}/tools/bugs.txt
    DEPENDS ${bug_sources} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} VERBATIM)
# All but the way in, which the pages' program has of its own: cmake/pages.cmake.
set(entry_sources ${CMAKE_SOURCE_DIR}/tools/main.c ${CMAKE_SOURCE_DIR}/tools/verb_line.c)
list(REMOVE_ITEM tool_sources ${entry_sources})
add_library(tool_objects OBJECT ${tool_sources} ${CMAKE_BINARY_DIR}/tools/option_rows.c
    ${CMAKE_BINARY_DIR}/tools/stop_names.c)
add_executable(expool_program ${entry_sources})
set_target_properties(expool_program PROPERTIES OUTPUT_NAME expool)
set(tool_features "verifier")
if(NOT EXPOOL_VERIFIER)
    set(tool_features "no verifier")
endif()
file(GLOB page_sources CONFIGURE_DEPENDS tools/pages/*.c)
add_executable(expool_pages ${page_sources})
foreach(target tool_objects expool_program expool_pages)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE EXPOOL_VERSION="${PROJECT_VERSION}"
        EXPOOL_FEATURES="${tool_features}" EXPOOL_LIBDIR="${CMAKE_INSTALL_LIBDIR}"
        EXPOOL_LIBEXECDIR="${CMAKE_INSTALL_LIBEXECDIR}"
        EXPOOL_REPORTS="${CMAKE_SOURCE_DIR}/docs/REPORTS.md"
        EXPOOL_BUGS="${CMAKE_BINARY_DIR}/tools/bugs.txt")
    target_compile_options(${target} PRIVATE ${strict_flags} -fno-omit-frame-pointer)
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR} include)
    target_link_libraries(${target} PRIVATE PkgConfig::JANSSON PkgConfig::DW ${backtrace_archive})
endforeach()
target_sources(expool_program PRIVATE $<TARGET_OBJECTS:tool_objects>)
target_sources(expool_pages PRIVATE $<TARGET_OBJECTS:tool_objects>)
# The pages of `explain` are the sections of this file, embedded.
set_source_files_properties(tools/explain_pages.c PROPERTIES
    OBJECT_DEPENDS "${CMAKE_SOURCE_DIR}/docs/REPORTS.md;${CMAKE_BINARY_DIR}/tools/bugs.txt")
install(TARGETS expool_program DESTINATION ${CMAKE_INSTALL_BINDIR})

set(tool_links verifier)
foreach(link ${tool_links})
    add_custom_command(TARGET expool_program POST_BUILD
        COMMAND ${CMAKE_COMMAND} -E create_symlink expool ${CMAKE_BINARY_DIR}/bin/${link})
    install(FILES ${CMAKE_BINARY_DIR}/bin/${link} DESTINATION ${CMAKE_INSTALL_BINDIR})
endforeach()
include(cmake/pages.cmake)

# tests/tools/: *.expect are commands and what they print, *.sh scripts, *.c programs they run, compiled as
# anybody's program. What runs programs needs the preload library, which plain builds have.
if(EXPOOL_TESTS)
    file(GLOB tool_programs CONFIGURE_DEPENDS tests/tools/*.c)
    foreach(source ${tool_programs})
        get_filename_component(name ${source} NAME_WE)
        file(STRINGS ${source} is_linked REGEX "<wdm.h>")
        set(linkages _static)
        if(is_linked)
            set(linkages "")
        endif()
        if(NOT TARGET expool_preload)
            continue()
        endif()
        foreach(linkage "" ${linkages})
            add_executable(tool_${name}${linkage} ${source})
            set_target_properties(tool_${name}${linkage} PROPERTIES OUTPUT_NAME ${name}${linkage}
                RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/tools)
            target_compile_options(tool_${name}${linkage} PRIVATE -g -O0 -Wno-multichar)
            target_compile_definitions(tool_${name}${linkage} PRIVATE _GNU_SOURCE)
            target_link_libraries(tool_${name}${linkage} PRIVATE Threads::Threads)
        endforeach()
        if(is_linked)
            target_link_libraries(tool_${name} PRIVATE expool_static)
        else()
            target_link_options(tool_${name}_static PRIVATE -static)
        endif()
    endforeach()
    file(GLOB tool_tests CONFIGURE_DEPENDS tests/tools/*.expect tests/tools/*.sh)
    list(FILTER tool_tests EXCLUDE REGEX "/run\\.sh$")
    if(NOT EXPOOL_VERIFIER) # fuzz/ is built with the verifier only
        list(FILTER tool_tests EXCLUDE REGEX "/(replay[^/]*|corpus_text|fuzz_[^/]*)\\.(sh|expect)$")
    endif()
    if(CMAKE_C_FLAGS MATCHES "fsanitize=thread") # programs of one thread, which ctest runs there anyway
        list(FILTER tool_tests EXCLUDE REGEX "/(replay_options|corpus_text)\\.sh$")
    endif()
    foreach(test ${tool_tests})
        get_filename_component(name ${test} NAME_WE)
        file(STRINGS ${test} uses_program REGEX "subject" LIMIT_COUNT 1)
        if(uses_program AND NOT TARGET expool_preload)
            continue()
        endif()
        add_test(NAME tool_${name} COMMAND ${CMAKE_SOURCE_DIR}/tests/tools/run.sh
            ${CMAKE_BINARY_DIR} ${test})
        set_tests_properties(tool_${name} PROPERTIES LABELS tool TIMEOUT 120 COST 30
            ENVIRONMENT "${sanitizer_environment}")
    endforeach()
    # Half a minute long, and its turns are seconds that others may not take.
    if(TEST tool_fuzz_campaign)
        set_tests_properties(tool_fuzz_campaign PROPERTIES COST 100 PROCESSORS 2)
    endif()
endif()
