/**
 * Uses trained models: reads them from checkpoints and model folders, exports them, and restores
 * text.
 */
package org.palimpsest.evaluation.inference;
