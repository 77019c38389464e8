/** Source functions: tokens and corrupted spans in, the encoder's input out. */
package org.palimpsest.objective.source;
