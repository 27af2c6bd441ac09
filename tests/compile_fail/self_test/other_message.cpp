// An error with another message than the expected one: the check must complain.
// expect: a message that no compiler gives
int main() { return undeclared_name; }
