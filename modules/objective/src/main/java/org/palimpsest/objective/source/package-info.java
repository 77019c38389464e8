/** Source functions: tokens and damaged spans in, the encoder's input out. */
package org.palimpsest.objective.source;
