#ifdef __x86_64__
#include "base/lanes.h"

#define NAME lanes_avx2
#include "base/lanes_body.h"
#endif
