/* Filters on their own: made, cloned, used, freed. */
#include "trial.h"

#include <poe/driver.h>
#include <string.h>

/* Puts a record and frames it again. */
static void round_trip(struct trial *t, struct poe_filter *f)
{
	struct poe_output *out = poe_output_new();
	const struct poe_value record = poe_str("octets");

	trial_hope(t, 1);
	if (trial_check(t, f != NULL && out != NULL) && trial_check(t, f->ops->put(f, &record, out) == 0) &&
	    poe_output_length(out) >= record.length)
		trial_see(t);
	poe_output_free(out);
	poe_filter_free(f);
}

static void clone_too(struct trial *t, struct poe_filter *f)
{
	round_trip(t, f != NULL ? poe_filter_clone(f) : NULL);
	round_trip(t, f);
}

static void filter(struct trial *t)
{
	clone_too(t, poe_filter_line(NULL));
	clone_too(t, poe_filter_line(&(struct poe_filter_line_plan){ .input_literal = "", .output_literal = "!" }));
	clone_too(t, poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\r\n" }));
	clone_too(t, poe_filter_stream());
	clone_too(t, poe_filter_block(NULL));
	clone_too(t, poe_filter_block(&(struct poe_filter_block_plan){ .size = 6 }));
}

const struct scenario scenarios_filter[] = {
	{ "filters_are_made_and_cloned", filter, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
