/* dontuse.h - Windows' makes warnings of old string routines here; they are not declared anyway. */
