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
    -Wl,--no-undefined -Wl,-z,now -Wl,-z,nodelete -static-libgcc)
set_target_properties(expool_preload PROPERTIES OUTPUT_NAME expool-preload LINKER_LANGUAGE C
    LINK_DEPENDS ${CMAKE_SOURCE_DIR}/preload/exports.map)
install(TARGETS expool_preload DESTINATION ${CMAKE_INSTALL_LIBDIR})
