/** Programs of tests in processes of their own: started, waited for, and killed. */
package org.palimpsest.model.process;
