package dev.onsale.audit;

import java.util.List;

/**
 * What came out of one piece of an audit's work.
 *
 * @param inputs what was read for it
 * @param buckets where its rows stand, as {@link RowFile#end} says
 * @param cut whether the limit of bytes ended it
 */
record Part(Findings.Found found, List<Inputs.Partition> inputs, List<Long> buckets, boolean cut) {}
