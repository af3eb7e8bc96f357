# fuzz/fuzz_NAME.c is a target; the other files are shared. Each target also becomes replay_NAME,
# which needs no engine and any compiler. ci/oss_fuzz.sh reads the two lists in quotes as well.
set(not_shared "[a-z_]*_main|target|mutator_[a-z_]*|seeded|oracle[a-z_]*|survival|interleave")
# Their inputs are no programs: the engine's own mutators.
set(byte_targets "report")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)

file(GLOB fuzz_sources CONFIGURE_DEPENDS fuzz/*.c)
file(GLOB fuzz_targets CONFIGURE_DEPENDS fuzz/fuzz_*.c)
list(FILTER fuzz_sources EXCLUDE REGEX "/fuzz_[^/]*\\.c$")
list(FILTER fuzz_sources EXCLUDE REGEX "/(${not_shared})\\.c$")

# Under ThreadSanitizer threads take turns: each atomic access is a place to change (fuzz/disturb.h).
add_library(fuzz_turns INTERFACE)
if(CMAKE_C_FLAGS MATCHES "-fsanitize=[a-z,-]*thread")
    list(FILTER fuzz_sources EXCLUDE REGEX "/interrupt\\.c$")
    add_library(fuzz_turns_objects OBJECT EXCLUDE_FROM_ALL fuzz/interleave.c)
    target_compile_definitions(fuzz_turns_objects PRIVATE _GNU_SOURCE)
    target_compile_options(fuzz_turns_objects PRIVATE ${strict_flags} -fno-sanitize=all)
    target_include_directories(fuzz_turns_objects PRIVATE ${CMAKE_SOURCE_DIR})
    set(stepped pthread_mutex_lock pthread_mutex_unlock sched_yield)
    foreach(bits 8 16 32 64)
        foreach(access load store exchange fetch_add fetch_sub fetch_and fetch_or compare_exchange_val
                compare_exchange_strong compare_exchange_weak)
            list(APPEND stepped __tsan_atomic${bits}_${access})
        endforeach()
    endforeach()
    list(TRANSFORM stepped PREPEND -Wl,--wrap=)
    target_sources(fuzz_turns INTERFACE $<TARGET_OBJECTS:fuzz_turns_objects>)
    target_link_options(fuzz_turns INTERFACE ${stepped})
endif()
add_library(fuzz_objects OBJECT EXCLUDE_FROM_ALL ${fuzz_sources})
target_compile_definitions(fuzz_objects PRIVATE _GNU_SOURCE)
target_compile_options(fuzz_objects PRIVATE ${strict_flags} -Wno-multichar -fno-omit-frame-pointer)
target_include_directories(fuzz_objects PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include)
# Under AddressSanitizer they are compiled once, as replay programs have them: with calls that can be recorded.
set(shared_objects $<TARGET_OBJECTS:fuzz_objects>)
if(NOT EXPOOL_FUZZERS AND CMAKE_C_FLAGS MATCHES "-fsanitize=address")
    set(shared_objects $<TARGET_OBJECTS:recorded_objects> $<TARGET_OBJECTS:replay_parts_objects>)
endif()
add_library(fuzz_support INTERFACE)
target_sources(fuzz_support INTERFACE ${shared_objects})
target_link_libraries(fuzz_support INTERFACE fuzz_turns)

# The mutator for AFL++ is loaded by afl-fuzz itself: a library of its own, not instrumented.
if(NOT EXPOOL_FUZZERS AND EXPOOL_TESTS)
    add_library(expool_afl_mutator MODULE fuzz/mutator_afl.c fuzz/mutate.c fuzz/edit.c fuzz/generate.c
        fuzz/program.c)
    set_target_properties(expool_afl_mutator PROPERTIES PREFIX ""
        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    target_compile_options(expool_afl_mutator PRIVATE ${strict_flags})
    target_include_directories(expool_afl_mutator PRIVATE ${CMAKE_SOURCE_DIR})
endif()

# What stands in for an engine. Some name what a target defines; the rest tests link, too.
if(NOT EXPOOL_FUZZERS)
    file(GLOB replay_sources CONFIGURE_DEPENDS fuzz/replay/*.c bench/words.c)
    set(replay_parts ${replay_sources})
    # The same sources of fuzz/, their calls of the library recorded.
    add_library(recorded_objects OBJECT ${fuzz_sources})
    target_compile_definitions(recorded_objects PRIVATE _GNU_SOURCE)
    target_compile_options(recorded_objects PRIVATE -Wall -Wno-multichar -fno-omit-frame-pointer
        -include ${CMAKE_SOURCE_DIR}/fuzz/replay/calls_macros.h)
    target_include_directories(recorded_objects PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include)
    add_library(recorded_support INTERFACE)
    target_sources(recorded_support INTERFACE $<TARGET_OBJECTS:recorded_objects>)
    target_link_libraries(recorded_support INTERFACE fuzz_turns)
    list(FILTER replay_parts EXCLUDE REGEX "/(main|options|check|judge|annotate|emit|triage[^/]*)\\.c$")
    list(REMOVE_ITEM replay_sources ${replay_parts})
    add_library(replay_parts_objects OBJECT ${replay_parts})
    add_library(replay_objects OBJECT ${replay_sources})
    foreach(objects replay_parts_objects replay_objects)
        target_compile_definitions(${objects} PRIVATE _GNU_SOURCE)
        target_compile_options(${objects} PRIVATE ${strict_flags} -fno-omit-frame-pointer)
        target_include_directories(${objects} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include)
    endforeach()
    file(RELATIVE_PATH to_prefix /${CMAKE_INSTALL_LIBEXECDIR}/expool /)
    file(RELATIVE_PATH to_headers ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/include)
    set_source_files_properties(fuzz/replay/library.c PROPERTIES COMPILE_DEFINITIONS
        "INSTALLED_INCLUDE=\"${to_prefix}${CMAKE_INSTALL_INCLUDEDIR}\";\
INSTALLED_ARCHIVE=\"${to_prefix}${CMAKE_INSTALL_LIBDIR}/libexpool.a\";\
BUILT_INCLUDE=\"${to_headers}\"")
    add_library(replay_parts INTERFACE)
    target_sources(replay_parts INTERFACE $<TARGET_OBJECTS:replay_parts_objects>)
    target_link_libraries(replay_parts INTERFACE ${CMAKE_DL_LIBS})
    add_library(replay_support INTERFACE)
    target_sources(replay_support INTERFACE $<TARGET_OBJECTS:replay_objects>)
    target_link_libraries(replay_support INTERFACE replay_parts)
endif()

# The presets leave out what libFuzzer learns from comparisons: only its own mutators use it, and it is
# two fifths of the time of a program. Those that read text have it.
if(EXPOOL_FUZZERS AND CMAKE_C_FLAGS MATCHES "no-sanitize-coverage=trace-cmp")
    set_source_files_properties(fuzz/fuzz_report.c fuzz/program_text.c pool/option_parse.c pool/options.c
        pool/suppress_parse.c PROPERTIES COMPILE_OPTIONS -fsanitize-coverage=trace-cmp)
endif()

# ThreadSanitizer would look at the engine's own counters, which threads raise as they like: only what
# one thread runs has them. What was seen of a program is told by fuzz/threads.c.
if(EXPOOL_FUZZERS AND CMAKE_C_FLAGS MATCHES "-fsanitize=thread")
    set_source_files_properties(fuzz/target.c PROPERTIES COMPILE_OPTIONS -fsanitize=fuzzer-no-link)
endif()

foreach(source ${fuzz_targets})
    get_filename_component(target ${source} NAME_WE)
    string(REPLACE fuzz_ "" name ${target})
    if(EXPOOL_FUZZERS)
        add_executable(${target} ${source} fuzz/target.c)
        target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
        target_link_libraries(${target} PRIVATE fuzz_support expool_inner)
        if(NOT name IN_LIST byte_targets)
            target_sources(${target} PRIVATE fuzz/mutator_libfuzzer.c)
        endif()
        continue()
    endif()
    add_executable(replay_${name} ${source} fuzz/target.c)
    target_compile_definitions(replay_${name} PRIVATE _GNU_SOURCE)
    target_compile_options(replay_${name} PRIVATE ${strict_flags} -fno-omit-frame-pointer)
    install(TARGETS replay_${name} RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/expool)
    target_link_libraries(replay_${name} PRIVATE replay_support recorded_support expool_joined)
    if(EXPOOL_TESTS)
        add_test(NAME replay_${name}
            COMMAND replay_${name} ${CMAKE_SOURCE_DIR}/corpus/seeds
                    ${CMAKE_SOURCE_DIR}/corpus/regressions)
        set_tests_properties(replay_${name} PROPERTIES LABELS corpus TIMEOUT 300
            ENVIRONMENT "${sanitizer_environment}")
    endif()
    # One back end is enough where threads are looked at: most targets have one.
    if(EXPOOL_TESTS AND (name STREQUAL threads OR NOT CMAKE_C_FLAGS MATCHES "fsanitize=thread"))
        add_test(NAME segment_replay_${name}
            COMMAND replay_${name} --backend segment ${CMAKE_SOURCE_DIR}/corpus/seeds
                    ${CMAKE_SOURCE_DIR}/corpus/regressions)
        set_tests_properties(segment_replay_${name} PROPERTIES LABELS segment TIMEOUT 300
            ENVIRONMENT "${sanitizer_environment};EXPOOL_OPTIONS=seed=1")
    endif()
endforeach()

# The same programs while AddressSanitizer is told of each block: what they do to blocks is legal, and the model still
# right. Those of fuzz_corrupt write where nobody should.
if(EXPOOL_TESTS AND NOT EXPOOL_FUZZERS AND CMAKE_C_FLAGS MATCHES "-fsanitize=[a-z,]*address")
    foreach(name pool_seq verifier_seq verifier_protect differential threads)
        add_test(NAME checked_replay_${name}
            COMMAND replay_${name} ${CMAKE_SOURCE_DIR}/corpus/seeds ${CMAKE_SOURCE_DIR}/corpus/regressions)
        set_tests_properties(checked_replay_${name} PROPERTIES LABELS corpus TIMEOUT 300
            ENVIRONMENT "${sanitizer_environment};EXPOOL_OPTIONS=checker=auto:quarantine_pool_mb=0")
    endforeach()
endif()

# Threads meet seldom in the corpus: a crowd of random programs besides, under ThreadSanitizer, too.
if(EXPOOL_TESTS)
    add_test(NAME threads_generated COMMAND replay_threads --generate 200)
    set_tests_properties(threads_generated PROPERTIES LABELS corpus TIMEOUT 300
        ENVIRONMENT "${sanitizer_environment}")
endif()

# `./build.sh differential`: long batches on one back end, then on the other.
foreach(name pool_seq verifier_seq)
    if(EXPOOL_FUZZERS OR NOT EXPOOL_TESTS)
        break()
    endif()
    add_executable(differential_${name} fuzz/fuzz_${name}.c fuzz/target.c fuzz/differential_main.c)
    target_compile_definitions(differential_${name} PRIVATE _GNU_SOURCE)
    target_compile_options(differential_${name} PRIVATE ${strict_flags} -fno-omit-frame-pointer)
    target_link_libraries(differential_${name} PRIVATE fuzz_support expool_joined)
    add_test(NAME differential_${name} COMMAND differential_${name} 20000)
    set_tests_properties(differential_${name} PROPERTIES LABELS segment TIMEOUT 300
        ENVIRONMENT "${sanitizer_environment};EXPOOL_OPTIONS=seed=1")
endforeach()
