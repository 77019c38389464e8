/** The training of one network over any number of calls of {@code fit}, as one resumable run. */
package org.palimpsest.dl4j.spark.session;
