/**
 * The shape of the encoder-decoder: presets and settings in, a {@link ModelSpec} and the {@link
 * ParameterLayout} of its flat parameter vector out.
 */
package org.palimpsest.model.spec;
