# One program a file: tests/test_*.c on the inner objects, tests/bugs and tests/scenarios as a user
# would link them. A test that needs the verifier is left out, and named, when it is not built.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CHECK REQUIRED IMPORTED_TARGET check)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
function(needs_verifier source result)
    file(STRINGS ${source} uses REGEX "#include [\"<](verifier/|expool/verifier.h|tests/(deadlock|matrix|report_child|verified).h)")
    if(uses AND NOT EXPOOL_VERIFIER)
        message(STATUS "left out without the verifier: ${source}")
        set(${result} TRUE PARENT_SCOPE)
    else()
        set(${result} FALSE PARENT_SCOPE)
    endif()
endfunction()

# Those that need nothing but the library go together into few programs, each of which runs under many names
# (tests/unit.h): linking took longer than compiling. What is linked with more, has a main of its own or says
# TESTS_ALONE is a program of its own.
set(unit_flags ${strict_flags} -Wno-multichar -fno-omit-frame-pointer ${EXPOOL_TEST_FLAGS})
set(together "")
file(GLOB unit_tests CONFIGURE_DEPENDS tests/test_*.c)
foreach(source ${unit_tests})
    get_filename_component(name ${source} NAME_WE)
    needs_verifier(${source} left_out)
    file(STRINGS ${source} uses REGEX "#include \"(fuzz|bench)/|^#define TESTS_ALONE")
    if(left_out OR (uses MATCHES "fuzz/" AND NOT EXPOOL_VERIFIER))
        continue()
    endif()
    add_test(NAME ${name} COMMAND ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name})
    set_tests_properties(${name} PROPERTIES LABELS unit ENVIRONMENT "${sanitizer_environment}"
        TIMEOUT 120)
    if(NOT uses)
        list(APPEND together ${name})
        continue()
    endif()
    add_executable(${name} ${source})
    target_compile_definitions(${name} PRIVATE _GNU_SOURCE)
    target_compile_options(${name} PRIVATE ${unit_flags})
    target_link_libraries(${name} PRIVATE expool_joined PkgConfig::CHECK)
    if(uses MATCHES "fuzz/kit/")
        target_sources(${name} PRIVATE $<TARGET_OBJECTS:kit_objects>)
    elseif(uses MATCHES "fuzz/campaign/")
        target_link_libraries(${name} PRIVATE campaign_support)
    elseif(uses MATCHES "fuzz/")
        target_link_libraries(${name} PRIVATE fuzz_support)
    endif()
    if(uses MATCHES "fuzz/replay/")
        target_link_libraries(${name} PRIVATE replay_parts)
    endif()
    if(uses MATCHES "fuzz/(oracle|survival)")
        target_link_libraries(${name} PRIVATE oracle_support)
    endif()
    if(uses MATCHES "bench/")
        target_link_libraries(${name} PRIVATE bench_support)
    endif()
endforeach()

# Sixteen to a program: with many more, sanitizers pay for the variables of all at each fork.
set(unit_number 0)
while(together)
    math(EXPR unit_number "${unit_number} + 1")
    list(SUBLIST together 0 16 names)
    list(REMOVE_ITEM together ${names})
    list(TRANSFORM names REPLACE "(.+)" "tests/\\1.c" OUTPUT_VARIABLE sources)
    list(TRANSFORM names PREPEND ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/ OUTPUT_VARIABLE links)
    add_executable(unit_${unit_number} tests/unit_main.c ${sources})
    target_compile_definitions(unit_${unit_number} PRIVATE _GNU_SOURCE TESTS_TOGETHER)
    target_compile_options(unit_${unit_number} PRIVATE ${unit_flags})
    target_link_libraries(unit_${unit_number} PRIVATE expool_joined PkgConfig::CHECK)
    add_custom_command(TARGET unit_${unit_number} POST_BUILD BYPRODUCTS ${links}
        COMMAND ${CMAKE_SOURCE_DIR}/cmake/hard_links.sh $<TARGET_FILE:unit_${unit_number}> ${links} VERBATIM)
    foreach(name ${names})
        add_custom_target(${name} DEPENDS unit_${unit_number})
    endforeach()
endwhile()

# The long ones first: the last to end leaves the other processors idle.
foreach(name special_archive matrix report fork reach special paging minimize)
    if(TEST test_${name})
        set_tests_properties(test_${name} PROPERTIES COST 20)
    endif()
endforeach()

# A user's program: the archive where there is one, the objects under sanitizers.
function(add_user_program name source)
    add_executable(${name} ${source})
    target_compile_options(${name} PRIVATE -g -O0 -fno-omit-frame-pointer)
    if(EXPOOL_ARCHIVE)
        target_link_libraries(${name} PRIVATE expool_static)
    else()
        target_link_libraries(${name} PRIVATE expool_joined)
    endif()
endfunction()

# The same once more with backend=segment, where the path through the heap differs: unit tests of the
# heap and what lies upon it, scenarios and bugs of normal pool.
set(segment_units big budget census event ex_pool fork heap lookaside memory_conditions paging pool
    statistics)
function(add_segment_test name)
    cmake_parse_arguments(segment "" "" "COMMAND" ${ARGN})
    add_test(NAME segment_${name} COMMAND ${segment_COMMAND})
    set_tests_properties(segment_${name} PROPERTIES LABELS segment TIMEOUT 120
        ENVIRONMENT "${sanitizer_environment};EXPOOL_OPTIONS=backend=segment")
endfunction()
foreach(unit ${segment_units})
    if(TEST test_${unit})
        add_segment_test(${unit} COMMAND ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/test_${unit})
    endif()
endforeach()

file(GLOB scenarios CONFIGURE_DEPENDS tests/scenarios/*.c)
foreach(source ${scenarios})
    get_filename_component(name ${source} NAME_WE)
    needs_verifier(${source} left_out)
    if(left_out)
        continue()
    endif()
    add_user_program(scenario_${name} ${source})
    set_target_properties(scenario_${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/scenarios OUTPUT_NAME ${name})
    add_test(NAME scenario_${name} COMMAND scenario_${name})
    set_tests_properties(scenario_${name} PROPERTIES LABELS scenario
        ENVIRONMENT "${sanitizer_environment}" TIMEOUT 120)
    add_segment_test(scenario_${name} COMMAND scenario_${name})
    if(EXPOOL_VERIFIER)
        add_test(NAME scenario_${name}_verified COMMAND scenario_${name})
        set_tests_properties(scenario_${name}_verified PROPERTIES LABELS scenario TIMEOUT 120
            ENVIRONMENT "${sanitizer_environment};EXPOOL_OPTIONS=verifier=standard")
    endif()
endforeach()

# Sanitizers have reports of their own for the same accesses; the planted bugs belong to plain builds.
file(GLOB bugs CONFIGURE_DEPENDS tests/bugs/*.c)
if(EXPOOL_ARCHIVE AND EXPOOL_VERIFIER)
    # Drivers in images of their own; their routines of the pool are those of the program.
    file(GLOB bug_drivers CONFIGURE_DEPENDS tests/bugs/drivers/*.c)
    foreach(source ${bug_drivers})
        get_filename_component(name ${source} NAME_WE)
        add_library(bug_driver_${name} MODULE ${source})
        target_compile_options(bug_driver_${name} PRIVATE -g -O0 -fno-omit-frame-pointer)
        target_include_directories(bug_driver_${name} PRIVATE ${CMAKE_SOURCE_DIR}/include)
        set_target_properties(bug_driver_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
            LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bugs/drivers)
    endforeach()
    foreach(source ${bugs})
        get_filename_component(name ${source} NAME_WE)
        add_user_program(bug_${name} ${source})
        file(STRINGS ${source} uses_drivers REGEX "#include \"driver_image.h\"")
        if(uses_drivers)
            target_link_libraries(bug_${name} PRIVATE ${CMAKE_DL_LIBS})
            target_compile_definitions(bug_${name} PRIVATE _GNU_SOURCE)
            set_target_properties(bug_${name} PROPERTIES ENABLE_EXPORTS ON)
            foreach(driver ${bug_drivers})
                get_filename_component(driver ${driver} NAME_WE)
                add_dependencies(bug_${name} bug_driver_${driver})
            endforeach()
        endif()
        set_target_properties(bug_${name} PROPERTIES
            RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bugs OUTPUT_NAME ${name})
        add_test(NAME bug_${name} COMMAND ${CMAKE_SOURCE_DIR}/tests/bugs/run.sh
            $<TARGET_FILE:bug_${name}> ${CMAKE_SOURCE_DIR}/tests/bugs/${name}.expect)
        set_tests_properties(bug_${name} PROPERTIES LABELS bug TIMEOUT 120)
        file(STRINGS ${CMAKE_SOURCE_DIR}/tests/bugs/${name}.expect runs REGEX "^run ")
        list(FILTER runs EXCLUDE REGEX "verifier=standard")
        # Where the other back end has a code of its own, the file lists those runs itself.
        file(STRINGS ${CMAKE_SOURCE_DIR}/tests/bugs/${name}.expect segment_runs REGEX "^run .*segment")
        if(runs AND NOT segment_runs)
            add_segment_test(bug_${name} COMMAND ${CMAKE_SOURCE_DIR}/tests/bugs/run.sh
                $<TARGET_FILE:bug_${name}> ${CMAKE_SOURCE_DIR}/tests/bugs/${name}.expect
                backend=segment)
        endif()
    endforeach()
endif()

# Programs linked with libexpool for tests/tools/faults*.sh; one of them built twice, the second time
# with other code in front: what names its stacks must not move.
if(EXPOOL_ARCHIVE AND EXPOOL_VERIFIER)
    foreach(build "" rebuilt/)
        string(REPLACE "/" "_" suffix "${build}")
        add_user_program(faults_${suffix}pool_faults ${CMAKE_SOURCE_DIR}/tests/faults/pool_faults.c)
        set_target_properties(faults_${suffix}pool_faults PROPERTIES OUTPUT_NAME pool_faults
            RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/faults/${build})
    endforeach()
    target_compile_definitions(faults_rebuilt_pool_faults PRIVATE REBUILT)
endif()

# Real sizes: 4 GiB and more. They say so and end with 77 where the machine is too small.
file(GLOB big CONFIGURE_DEPENDS tests/big/*.c)
if(EXPOOL_ARCHIVE AND EXPOOL_VERIFIER)
    foreach(source ${big})
        get_filename_component(name ${source} NAME_WE)
        add_user_program(big_${name} ${source})
        foreach(tier uffd guard)
            add_test(NAME big_${name}_${tier} COMMAND big_${name})
            set_tests_properties(big_${name}_${tier} PROPERTIES LABELS big TIMEOUT 300
                SKIP_RETURN_CODE 77 RESOURCE_LOCK memory COST 60
                ENVIRONMENT "EXPOOL_OPTIONS=verifier=standard:leaks=off:tier=${tier}")
        endforeach()
    endforeach()
endif()

# It looks at what returned functions leave on the stack; not optimised they leave more under sanitizers.
if(CMAKE_C_FLAGS MATCHES "-fsanitize=")
    set_source_files_properties(tests/test_reach.c PROPERTIES COMPILE_OPTIONS -O1)
endif()

# A rule is told once a caller: a caller whose frame a tail call took over is none.
set_source_files_properties(tests/test_ddi.c PROPERTIES COMPILE_OPTIONS -fno-optimize-sibling-calls)

# What only shows after many calls: here a million; by hand, without an argument, a hundred million,
# which take four to five minutes (PERFORMANCE.md says what is open there).
if(EXPOOL_ARCHIVE AND EXPOOL_VERIFIER)
    add_user_program(soak_use_after_free_late tests/soak/use_after_free_late.c)
    target_compile_options(soak_use_after_free_late PRIVATE -O1 -fno-optimize-sibling-calls)
    target_include_directories(soak_use_after_free_late PRIVATE ${CMAKE_SOURCE_DIR})
    add_test(NAME soak_use_after_free_late COMMAND soak_use_after_free_late 1000000)
    set_tests_properties(soak_use_after_free_late PROPERTIES LABELS soak TIMEOUT 120
        ENVIRONMENT "EXPOOL_OPTIONS=verifier=standard:leaks=off:tier=uffd")
endif()

# What a user's program could collide with.
if(EXPOOL_ARCHIVE)
    add_test(NAME exports COMMAND ${CMAKE_SOURCE_DIR}/ci/jobs/exports.sh ${CMAKE_BINARY_DIR}/lib)
    set_tests_properties(exports PROPERTIES LABELS exports TIMEOUT 60)
endif()

# Drivers in the dialect of the WDK, each with the program that loads and uses it.
file(GLOB driver_hosts CONFIGURE_DEPENDS tests/drivers/*_host.c)
foreach(host ${driver_hosts})
    get_filename_component(name ${host} NAME_WE)
    string(REPLACE "_host" "" name ${name})
    set(driver ${CMAKE_SOURCE_DIR}/tests/drivers/${name}.c)
    add_user_program(driver_${name} ${host})
    target_sources(driver_${name} PRIVATE ${driver})
    target_include_directories(driver_${name} PRIVATE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR})
    set_source_files_properties(${driver} PROPERTIES COMPILE_OPTIONS
        "-fms-extensions;-fshort-wchar;-include;${CMAKE_SOURCE_DIR}/include/expool/prelude.h;$<$<C_COMPILER_ID:Clang>:-fms-compatibility>")
    add_test(NAME driver_${name} COMMAND driver_${name})
    set_tests_properties(driver_${name} PROPERTIES LABELS scenario TIMEOUT 120
        ENVIRONMENT "${sanitizer_environment}")
    # The same driver on the kit: random programs find nothing.
    if(EXPOOL_VERIFIER AND EXPOOL_ARCHIVE)
        set(target ${CMAKE_SOURCE_DIR}/tests/drivers/${name}_target.c)
        add_executable(kit_${name} fuzz/kit/first.c ${driver} ${target} fuzz/kit/last.c)
        target_compile_options(kit_${name} PRIVATE -g -O1 -fno-omit-frame-pointer)
        set_source_files_properties(${target} PROPERTIES COMPILE_OPTIONS
            "-fms-extensions;-fshort-wchar;-Wno-multichar;-include;${CMAKE_SOURCE_DIR}/include/expool/prelude.h")
        target_include_directories(kit_${name} PRIVATE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR})
        add_dependencies(kit_${name} expool_kit_archive)
        target_link_libraries(kit_${name} PRIVATE ${kit_main_archive} ${kit_archive} expool_static)
        add_test(NAME kit_${name} COMMAND kit_${name} --generate 300)
        set_tests_properties(kit_${name} PROPERTIES LABELS scenario TIMEOUT 120)
    endif()
    if(EXPOOL_VERIFIER)
        add_test(NAME driver_${name}_verified COMMAND driver_${name})
        set_tests_properties(driver_${name}_verified PROPERTIES LABELS scenario TIMEOUT 120
            ENVIRONMENT "${sanitizer_environment};EXPOOL_OPTIONS=verifier=standard")
    endif()
endforeach()
