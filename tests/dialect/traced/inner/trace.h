/* What a driver tells WPP. */
#define WPP_CONTROL_GUIDS                                                                          \
    WPP_DEFINE_CONTROL_GUID(TracedGuid, (12345678, 1234, 1234, 1234, 123456789abc),                \
                            WPP_DEFINE_BIT(TRACE_DRIVER) WPP_DEFINE_BIT(TRACE_OTHER))

#define WPP_LEVEL_FLAGS_LOGGER(Level, Flags) WPP_LEVEL_LOGGER(Flags)

//
// begin_wpp config
// FUNC TraceEvents(LEVEL, FLAGS, MSG, ...);
// FUNC TraceExit{LEVEL=TRACE_LEVEL_VERBOSE, FLAGS=TRACE_DRIVER}(MSG, ...);
// end_wpp
//
