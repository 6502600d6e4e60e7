/** Where all processes hear that published content or examples have changed. */
export const knowledgeChannel = 'knowledge_changed';
