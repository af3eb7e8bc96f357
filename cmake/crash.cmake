# replay_TARGET with a seeded fault in it, build/dev/oracle/replay/NAME: what the way from crash to fix is
# tried on (fuzz/crash.sh). Made on demand: --target seeded_replays.
add_custom_target(seeded_replays)

# seeded_replay(NAME TARGET FILE): FILE, of pool/ or verifier/, is replaced by its patched copy.
function(seeded_replay name target file)
    string(REPLACE "." "\\." pattern "/${file}.o$")
    set(program seeded_replay_${name})
    add_executable(${program} EXCLUDE_FROM_ALL fuzz/fuzz_${target}.c fuzz/target.c
        $<FILTER:$<TARGET_OBJECTS:expool_objects>,EXCLUDE,${pattern}> $<TARGET_OBJECTS:oracle_${name}_object>
        $<TARGET_OBJECTS:seeded_counts>)
    set_target_properties(${program} PROPERTIES OUTPUT_NAME ${name}
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/oracle/replay)
    target_compile_definitions(${program} PRIVATE _GNU_SOURCE)
    target_compile_options(${program} PRIVATE ${strict_flags} -fno-omit-frame-pointer)
    target_include_directories(${program} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include)
    target_link_options(${program} PRIVATE -Wl,--wrap=LLVMFuzzerTestOneInput)
    target_link_libraries(${program} PRIVATE replay_support recorded_support ${backtrace_archive} Threads::Threads)
    add_dependencies(seeded_replays ${program})
endfunction()

# These are built with everything else: a test tries them.
set(seeded_samples pattern_tail_unseen reused_run_not_zeroed unlink_unchecked)

foreach(patch_file ${seeded_patches})
    read_patch(${patch_file})
    seeded_replay(${name} ${target} ${file})
endforeach()

if(EXPOOL_TESTS AND EXPOOL_ARCHIVE)
    foreach(name ${seeded_samples})
        set_target_properties(seeded_replay_${name} PROPERTIES EXCLUDE_FROM_ALL FALSE)
    endforeach()
    add_test(NAME crash_to_fix COMMAND ${CMAKE_SOURCE_DIR}/fuzz/crash.sh ${CMAKE_BINARY_DIR} ${seeded_samples})
    add_test(NAME crash_folder COMMAND ${CMAKE_SOURCE_DIR}/tests/tools/run.sh ${CMAKE_BINARY_DIR}
        ${CMAKE_SOURCE_DIR}/fuzz/crash_test.sh)
    add_test(NAME known_open COMMAND ${CMAKE_SOURCE_DIR}/fuzz/known_open.sh ${CMAKE_BINARY_DIR})
    set_tests_properties(crash_to_fix crash_folder known_open PROPERTIES LABELS corpus TIMEOUT 300)
endif()
