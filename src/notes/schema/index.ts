import './queries.ts';
import './create-note.ts';
import './update-note.ts';
import './delete-note.ts';
import './note-changed.ts';
