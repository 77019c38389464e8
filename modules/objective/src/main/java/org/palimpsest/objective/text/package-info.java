/**
 * Names, descriptions, limits and rounding that objectives share when they read and print
 * themselves.
 */
package org.palimpsest.objective.text;
