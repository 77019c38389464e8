/**
 * Texts in, restored texts out, in the tasks of a DataFrame; one replica for all tasks of a JVM.
 */
package org.palimpsest.pipeline.restore;
