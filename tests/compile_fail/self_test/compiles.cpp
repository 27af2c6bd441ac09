// A correct program: the check must complain that it compiles.
// expect: .
#include "unet/core/shape.hpp"
int main() { return unet::Shape{}.size() == 0 ? 0 : 1; }
