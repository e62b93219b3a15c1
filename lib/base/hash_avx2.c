#ifdef __x86_64__
#define NAME hash_kernel_avx2
#include "base/hash_body.h"
#endif
