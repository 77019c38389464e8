/**
 * Sub-layers and their parts: packed rows in, packed rows out, each with an explicit backward pass.
 */
package org.palimpsest.dl4j.layer;
