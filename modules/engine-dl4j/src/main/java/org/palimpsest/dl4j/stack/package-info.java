/** The blocks behind the layers of a graph, from the source's tokens to the head with the loss. */
package org.palimpsest.dl4j.stack;
