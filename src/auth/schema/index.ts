import './viewer.ts';
import './register.ts';
import './login.ts';
import './logout.ts';
