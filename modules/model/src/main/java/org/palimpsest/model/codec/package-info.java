/** How replicas encode the numbers that they exchange. */
package org.palimpsest.model.codec;
