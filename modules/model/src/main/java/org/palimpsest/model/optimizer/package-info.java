/** The inner optimizer and the learning-rate schedule, as settings that both engines implement. */
package org.palimpsest.model.optimizer;
