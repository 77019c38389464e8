/**
 * Parameters as the rest of the world reads them: the safetensors format, and folders that Hugging
 * Face's tools load. Files are mapped or streamed; nothing holds a second copy of the parameters.
 */
package org.palimpsest.storage.huggingface;
