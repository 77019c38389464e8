/** Texts in, corrupted examples out, in the tasks of a DataFrame. */
package org.palimpsest.pipeline.corrupt;
