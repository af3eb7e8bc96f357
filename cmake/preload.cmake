# libexpool-preload.so: pool and verifier behind malloc's names, for programs that know nothing of
# expool (docs/decisions/0013-preload.md). Nothing else of it can be seen from outside.
file(GLOB preload_sources CONFIGURE_DEPENDS preload/*.c)
add_library(expool_preload SHARED ${preload_sources})
target_sources(expool_preload PRIVATE
    $<FILTER:$<TARGET_OBJECTS:expool_objects>,EXCLUDE,/kernel/>)
target_compile_options(expool_preload PRIVATE ${strict_flags} -fvisibility=hidden
    -fno-omit-frame-pointer -fno-builtin -Wno-deprecated-declarations)
target_compile_definitions(expool_preload PRIVATE _GNU_SOURCE)
target_include_directories(expool_preload PRIVATE ${CMAKE_SOURCE_DIR} include)
# Bound at start and never unloaded; the unwinder comes along, so that no program loads another
# library than it would without us.
target_link_libraries(expool_preload PRIVATE ${backtrace_archive} Threads::Threads)
target_link_options(expool_preload PRIVATE -Wl,--version-script=${CMAKE_SOURCE_DIR}/preload/exports.map
    -Wl,--no-undefined -Wl,-z,now -Wl,-z,nodelete -static-libgcc
    -Wl,--wrap=sigaction,--wrap=pthread_sigmask,--wrap=close,--wrap=_exit,--wrap=madvise
    -Wl,--wrap=read,--wrap=write,--wrap=pread,--wrap=pwrite,--wrap=pthread_getattr_np,--wrap=abort)
set_target_properties(expool_preload PROPERTIES OUTPUT_NAME expool-preload LINKER_LANGUAGE C
    LINK_DEPENDS ${CMAKE_SOURCE_DIR}/preload/exports.map)
# Nobody links with it: not among the libraries, and without a name of its own there.
install(TARGETS expool_preload DESTINATION ${CMAKE_INSTALL_LIBDIR}/expool)

# Anybody's programs, without frame pointers as distributions build them, under the library.
if(EXPOOL_TESTS)
    file(GLOB heap_programs CONFIGURE_DEPENDS tests/heap/*.c tests/heap/*.cpp)
    foreach(source ${heap_programs})
        get_filename_component(name ${source} NAME_WE)
        add_executable(heap_${name} ${source})
        target_compile_options(heap_${name} PRIVATE -g -O0 -w -fno-builtin -fomit-frame-pointer
            $<$<COMPILE_LANGUAGE:CXX>:-fsized-deallocation>)
        target_compile_definitions(heap_${name} PRIVATE _GNU_SOURCE)
        target_include_directories(heap_${name} PRIVATE ${CMAKE_SOURCE_DIR})
        target_link_libraries(heap_${name} PRIVATE Threads::Threads)
        set_target_properties(heap_${name} PROPERTIES
            RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/heap)
        add_test(NAME heap_${name} COMMAND ${CMAKE_SOURCE_DIR}/tests/heap/run.sh
            $<TARGET_FILE:expool_preload> ${CMAKE_BINARY_DIR}/tests/heap ${name})
        set_tests_properties(heap_${name} PROPERTIES LABELS heap TIMEOUT 120)
    endforeach()
endif()
