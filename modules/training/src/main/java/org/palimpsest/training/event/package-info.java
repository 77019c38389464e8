/** What a run reports: progress, checkpoints, evaluations, warnings and the result. */
package org.palimpsest.training.event;
