import { loadModel } from '../support/model.ts';

// In a process of its own: jest's sandbox makes the arithmetic of training many times slower.
loadModel();
