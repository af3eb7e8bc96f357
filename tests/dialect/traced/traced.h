/* A driver's own header, named Traced.H where it is included. */
#pragma once
#define TRACED_KIND 7
