/* The least program, for start-up times. */
int main(void)
{
	return 0;
}
