// An error without an expectation: the check must complain.
int main() { return undeclared_name; }
