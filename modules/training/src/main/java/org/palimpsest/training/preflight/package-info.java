/**
 * Looks, before anything starts, whether a run can run where it is asked to. Each check finds one
 * thing and says it in one sentence that names the setting to change.
 */
package org.palimpsest.training.preflight;
