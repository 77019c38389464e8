/**
 * Checks before a run whether the cluster can run it. Each check returns one sentence that names
 * the setting to change.
 */
package org.palimpsest.training.preflight;
