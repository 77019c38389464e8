/** Inner optimizers over the flat parameters, gradients, and state of a replica. */
package org.palimpsest.dl4j.optimizer;
