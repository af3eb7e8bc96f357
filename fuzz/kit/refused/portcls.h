#error "expool has no PortCls (portcls.h): leave this file out; docs/DRIVER_KIT.md, Odd drivers"
